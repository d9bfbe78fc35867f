package dev.errand.store.postgres;

import dev.errand.store.RateConformance;
import dev.errand.store.StoreFixture;

class PostgresRateTest extends RateConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
