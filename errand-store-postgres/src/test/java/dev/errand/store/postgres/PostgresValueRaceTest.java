package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.ValueRaceConformance;

class PostgresValueRaceTest extends ValueRaceConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
