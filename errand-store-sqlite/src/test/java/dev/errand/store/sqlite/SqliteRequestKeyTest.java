package dev.errand.store.sqlite;

import dev.errand.store.RequestKeyConformance;
import dev.errand.store.StoreFixture;

class SqliteRequestKeyTest extends RequestKeyConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
