package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.WatchConformance;

class SqliteWatchTest extends WatchConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
