package dev.errand.spring;

import dev.errand.Errand;
import dev.errand.Task;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * An {@link Errand} on the application's DataSource, or on {@code errand.url}. It opens with the context, works once everything is
 * started, and stops before anything else does.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
            "org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration"
        })
@ConditionalOnBooleanProperty(name = "errand.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ErrandProperties.class)
public class ErrandAutoConfiguration {
    private static final boolean TRANSACTIONS = ClassUtils.isPresent(
            "org.springframework.jdbc.datasource.DataSourceUtils", ErrandAutoConfiguration.class.getClassLoader());

    @Bean
    Attempts errandAttempts() {
        return new Attempts();
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Errand errand(
            ErrandProperties properties,
            Environment environment,
            ObjectProvider<DataSource> dataSources,
            ObjectProvider<ErrandBuilderCustomizer> customizers) {
        @Nullable DataSource dataSource = bound(dataSources.getIfUnique());
        Errand engine = new Opening(properties, environment)
                .open(dataSource, customizers.orderedStream().toList());
        return TRANSACTIONS && dataSource != null && Opening.isJoinable(properties, dataSource)
                ? new TransactionalErrand(engine, dataSource)
                : engine;
    }

    private static @Nullable DataSource bound(@Nullable DataSource dataSource) {
        return TRANSACTIONS && dataSource != null ? TransactionalErrand.bound(dataSource) : dataSource;
    }

    @Bean
    ErrandLifecycle errandLifecycle(
            Errand errand,
            ErrandProperties properties,
            Attempts attempts,
            ObjectProvider<Task<?, ?>> tasks,
            ConfigurableListableBeanFactory beans) {
        return new ErrandLifecycle(errand, properties.drain(), attempts, () -> {
            List<Task<?, ?>> all = new AnnotatedTasks(beans).find();
            tasks.orderedStream().forEach(all::add);
            return all;
        });
    }
}
