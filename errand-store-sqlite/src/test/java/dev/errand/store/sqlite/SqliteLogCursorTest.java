package dev.errand.store.sqlite;

import dev.errand.store.LogCursorConformance;
import dev.errand.store.StoreFixture;

class SqliteLogCursorTest extends LogCursorConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
