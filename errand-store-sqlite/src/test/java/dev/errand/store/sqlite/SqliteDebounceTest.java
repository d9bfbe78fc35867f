package dev.errand.store.sqlite;

import dev.errand.store.DebounceConformance;
import dev.errand.store.StoreFixture;

class SqliteDebounceTest extends DebounceConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
