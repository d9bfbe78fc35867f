package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.ValueWaitConformance;

class SqliteValueWaitTest extends ValueWaitConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
