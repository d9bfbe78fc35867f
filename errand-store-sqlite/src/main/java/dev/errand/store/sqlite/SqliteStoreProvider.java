package dev.errand.store.sqlite;

import dev.errand.StoreException;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;

/** Opens {@code jdbc:sqlite:FILE}, or {@code jdbc:sqlite::memory:} for a database that goes with the process. */
public final class SqliteStoreProvider implements StoreProvider {
    @Override
    public boolean accepts(String url) {
        return url.startsWith(Location.PREFIX);
    }

    @Override
    public Store open(StoreSettings settings) {
        settings.options().keySet().stream().findFirst().ifPresent(name -> {
            throw new StoreException("A SQLite store has no option '" + name + "'");
        });
        if (settings.dataSource() != null) {
            throw new StoreException(
                    "Errand keeps a SQLite file open by itself: give it the URL %s instead of a DataSource"
                            .formatted(settings.url()));
        }
        return SqliteStore.open(Location.of(settings.url()), settings.clock());
    }
}
