package dev.errand.store.sqlite;

import dev.errand.store.LineConformance;
import dev.errand.store.StoreFixture;

class SqliteLineTest extends LineConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
