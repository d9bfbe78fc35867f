package dev.errand.store.postgres;

import dev.errand.store.LimitHistoryConformance;
import dev.errand.store.StoreFixture;

class PostgresLimitHistoryTest extends LimitHistoryConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
