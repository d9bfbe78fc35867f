package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.TreeConformance;

class SqliteTreeTest extends TreeConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
