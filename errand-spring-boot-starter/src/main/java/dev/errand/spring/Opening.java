package dev.errand.spring;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** Opens the engine as the properties say. Its tasks are added later, when the application is ready for them. */
final class Opening {
    private final ErrandProperties properties;
    private final Environment environment;

    Opening(ErrandProperties properties, Environment environment) {
        this.properties = properties;
        this.environment = environment;
    }

    Errand open(@Nullable DataSource dataSource, List<ErrandBuilderCustomizer> customizers) {
        // The lifecycle drains, while the store stays open for those who still trigger.
        ErrandBuilder builder = Errand.builder()
                .drain(Duration.ZERO)
                .retention(properties.retention().toRetention())
                .nodeName(nodeName());
        store(builder, dataSource);
        properties.storeOptions().forEach(builder::storeOption);
        if (properties.schema() != null) {
            builder.storeOption("schema", properties.schema());
        }
        if (properties.concurrency() != null) {
            builder.concurrency(properties.concurrency());
        }
        if (properties.version() != null) {
            builder.version(properties.version());
        }
        if (properties.maxPayload() != null) {
            builder.maxPayload(properties.maxPayload());
        }
        if (properties.maxOutput() != null) {
            builder.maxOutput(properties.maxOutput());
        }
        customizers.forEach(customizer -> customizer.customize(builder));
        return builder.open();
    }

    private void store(ErrandBuilder builder, @Nullable DataSource dataSource) {
        if (properties.url() != null) {
            builder.store(properties.url());
        } else if (dataSource != null) {
            builder.store(dataSource);
        } else {
            throw new IllegalStateException(
                    "Errand needs a database: one DataSource bean, or errand.url, for example errand.url=jdbc:sqlite:errand.db");
        }
    }

    private String nodeName() {
        if (properties.nodeName() != null) {
            return properties.nodeName();
        }
        return environment.getProperty("spring.application.name", "application") + "-"
                + ProcessHandle.current().pid();
    }

    /** Whether transactions of the DataSource are on the store's database. */
    static boolean isJoinable(ErrandProperties properties, DataSource dataSource) {
        if (properties.url() == null) {
            return true;
        }
        try (Connection connection = dataSource.getConnection()) {
            return withoutParameters(properties.url())
                    .equals(withoutParameters(connection.getMetaData().getURL()));
        } catch (SQLException e) {
            throw new IllegalStateException("The DataSource gives no connection: " + e.getMessage(), e);
        }
    }

    private static String withoutParameters(String url) {
        int mark = url.indexOf('?');
        return mark < 0 ? url : url.substring(0, mark);
    }
}
