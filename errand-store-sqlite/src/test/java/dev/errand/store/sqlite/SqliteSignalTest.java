package dev.errand.store.sqlite;

import dev.errand.store.SignalConformance;
import dev.errand.store.StoreFixture;

class SqliteSignalTest extends SignalConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
