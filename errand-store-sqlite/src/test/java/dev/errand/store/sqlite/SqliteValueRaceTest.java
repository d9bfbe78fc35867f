package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.ValueRaceConformance;

class SqliteValueRaceTest extends ValueRaceConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
