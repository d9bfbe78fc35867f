package dev.errand.store.sqlite;

import dev.errand.store.ReplayConformance;
import dev.errand.store.StoreFixture;

class SqliteReplayTest extends ReplayConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
