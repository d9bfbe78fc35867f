package dev.errand.store.sqlite;

import dev.errand.store.KeyHistoryConformance;
import dev.errand.store.StoreFixture;

class SqliteKeyHistoryTest extends KeyHistoryConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
