package dev.errand.store.postgres;

import dev.errand.store.SignalConformance;
import dev.errand.store.StoreFixture;

class PostgresSignalTest extends SignalConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
