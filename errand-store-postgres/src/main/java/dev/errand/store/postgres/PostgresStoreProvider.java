package dev.errand.store.postgres;

import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;

/** Opens {@code jdbc:postgresql://HOST/DATABASE}, or a DataSource of such a database. */
public final class PostgresStoreProvider implements StoreProvider {
    /** Called by {@link java.util.ServiceLoader}. */
    public PostgresStoreProvider() {}

    @Override
    public boolean accepts(String url) {
        return url.startsWith(Settings.PREFIX);
    }

    @Override
    public Store open(StoreSettings settings) {
        return PostgresStore.open(Settings.of(settings), settings.clock());
    }
}
