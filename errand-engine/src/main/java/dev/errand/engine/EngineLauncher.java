package dev.errand.engine;

import dev.errand.Errand;
import dev.errand.StoreException;
import dev.errand.spi.EngineProvider;
import dev.errand.spi.EngineSettings;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.ServiceLoader;
import javax.sql.DataSource;

/** Opens engines; found by {@link Errand#open}. */
public final class EngineLauncher implements EngineProvider {
    /** Called by {@link ServiceLoader}. */
    public EngineLauncher() {}

    @Override
    public Errand open(EngineSettings settings) {
        Store store = store(settings);
        // The store's nodes go by one clock; only a clock of a test's own goes before it.
        return new Engine(settings.withClock(store.clock()), store);
    }

    private static Store store(EngineSettings settings) {
        String url = url(settings);
        StoreSettings forStore =
                new StoreSettings(url, settings.dataSource(), settings.storeOptions(), settings.clock());
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            if (provider.accepts(url)) {
                return provider.open(forStore);
            }
        }
        throw new StoreException(
                "No store on the class path takes the URL '%s'; one looks like jdbc:sqlite:errand.db or jdbc:postgresql://HOST/DATABASE"
                        .formatted(StoreSettings.shown(url)));
    }

    private static String url(EngineSettings settings) {
        DataSource source = settings.dataSource();
        if (source == null) {
            return Objects.requireNonNull(settings.url());
        }
        try (Connection connection = source.getConnection()) {
            return connection.getMetaData().getURL();
        } catch (SQLException e) {
            throw new StoreException("The data source gives no connection: " + e.getMessage(), e);
        }
    }
}
