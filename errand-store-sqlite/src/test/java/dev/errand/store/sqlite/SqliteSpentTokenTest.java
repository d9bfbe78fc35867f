package dev.errand.store.sqlite;

import dev.errand.store.SpentTokenConformance;
import dev.errand.store.StoreFixture;

class SqliteSpentTokenTest extends SpentTokenConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
