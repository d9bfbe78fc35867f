package dev.errand.store.postgres;

import dev.errand.store.LimitConformance;
import dev.errand.store.StoreFixture;

class PostgresLimitTest extends LimitConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
