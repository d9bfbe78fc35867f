package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.TokenListConformance;

class SqliteTokenListTest extends TokenListConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
