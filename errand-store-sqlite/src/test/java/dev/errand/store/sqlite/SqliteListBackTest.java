package dev.errand.store.sqlite;

import dev.errand.store.ListBackConformance;
import dev.errand.store.StoreFixture;

class SqliteListBackTest extends ListBackConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
