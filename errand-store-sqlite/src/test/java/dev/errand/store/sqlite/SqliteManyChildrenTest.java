package dev.errand.store.sqlite;

import dev.errand.store.ManyChildrenConformance;
import dev.errand.store.StoreFixture;

class SqliteManyChildrenTest extends ManyChildrenConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
