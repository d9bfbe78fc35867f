package dev.errand.store.sqlite;

import dev.errand.store.ChildConformance;
import dev.errand.store.StoreFixture;

class SqliteChildTest extends ChildConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
