package dev.errand.store.sqlite;

import dev.errand.store.LimitHistoryConformance;
import dev.errand.store.StoreFixture;

class SqliteLimitHistoryTest extends LimitHistoryConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
