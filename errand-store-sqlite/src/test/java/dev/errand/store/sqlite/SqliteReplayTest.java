package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.ReplayConformance;

class SqliteReplayTest extends ReplayConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
