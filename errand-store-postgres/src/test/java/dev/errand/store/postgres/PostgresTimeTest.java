package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.TimeConformance;

class PostgresTimeTest extends TimeConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
