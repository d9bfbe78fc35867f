package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.TokenConformance;

class SqliteTokenTest extends TokenConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
