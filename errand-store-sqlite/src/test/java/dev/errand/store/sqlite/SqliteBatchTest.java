package dev.errand.store.sqlite;

import dev.errand.store.BatchConformance;
import dev.errand.store.StoreFixture;

class SqliteBatchTest extends BatchConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
