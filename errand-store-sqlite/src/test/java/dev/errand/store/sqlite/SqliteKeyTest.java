package dev.errand.store.sqlite;

import dev.errand.store.KeyConformance;
import dev.errand.store.StoreFixture;

class SqliteKeyTest extends KeyConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
