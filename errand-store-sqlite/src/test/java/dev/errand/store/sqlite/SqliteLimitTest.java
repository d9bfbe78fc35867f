package dev.errand.store.sqlite;

import dev.errand.store.LimitConformance;
import dev.errand.store.StoreFixture;

class SqliteLimitTest extends LimitConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
