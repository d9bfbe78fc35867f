package dev.errand.store.sqlite;

import dev.errand.store.OpenBatchConformance;
import dev.errand.store.StoreFixture;

class SqliteOpenBatchTest extends OpenBatchConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
