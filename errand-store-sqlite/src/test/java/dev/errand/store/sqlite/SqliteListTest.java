package dev.errand.store.sqlite;

import dev.errand.store.ListConformance;
import dev.errand.store.StoreFixture;

class SqliteListTest extends ListConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
