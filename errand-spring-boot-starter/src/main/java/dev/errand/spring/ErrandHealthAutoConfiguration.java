package dev.errand.spring;

import dev.errand.Errand;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Health, where the application tells it. */
@AutoConfiguration(after = ErrandAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Errand.class)
@ConditionalOnEnabledHealthIndicator("errand")
public class ErrandHealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "errandHealthIndicator")
    HealthIndicator errandHealthIndicator(Errand errand) {
        return new ErrandHealthIndicator(errand);
    }
}
