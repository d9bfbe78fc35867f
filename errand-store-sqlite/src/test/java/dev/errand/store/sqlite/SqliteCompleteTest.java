package dev.errand.store.sqlite;

import dev.errand.store.CompleteConformance;
import dev.errand.store.StoreFixture;

class SqliteCompleteTest extends CompleteConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
