package dev.errand.store.postgres;

import dev.errand.store.KeyHistoryConformance;
import dev.errand.store.StoreFixture;

class PostgresKeyHistoryTest extends KeyHistoryConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
