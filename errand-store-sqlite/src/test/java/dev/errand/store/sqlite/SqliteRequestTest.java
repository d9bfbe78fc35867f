package dev.errand.store.sqlite;

import dev.errand.store.RequestConformance;
import dev.errand.store.StoreFixture;

class SqliteRequestTest extends RequestConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
