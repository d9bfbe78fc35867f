package dev.errand.store;

import java.time.Clock;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * @param url the database's
 * @param dataSource where connections come from; null to connect to the URL
 * @param options by name, in the words of the store's documentation
 * @param clock decides everything that is stored, where the store has no clock of its own, or if it is not the system's
 */
public record StoreSettings(String url, @Nullable DataSource dataSource, Map<String, String> options, Clock clock) {
    public StoreSettings {
        options = Map.copyOf(options);
    }
}
