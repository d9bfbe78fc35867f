package dev.errand.store.sqlite;

import dev.errand.store.OperationConformance;
import dev.errand.store.StoreFixture;

class SqliteOperationTest extends OperationConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
