package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.WaitConformance;

class SqliteWaitTest extends WaitConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
