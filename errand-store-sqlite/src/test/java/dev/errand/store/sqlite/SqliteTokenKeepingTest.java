package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.TokenKeepingConformance;

class SqliteTokenKeepingTest extends TokenKeepingConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
