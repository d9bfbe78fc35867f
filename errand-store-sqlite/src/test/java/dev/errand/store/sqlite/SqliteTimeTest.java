package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.TimeConformance;

class SqliteTimeTest extends TimeConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
