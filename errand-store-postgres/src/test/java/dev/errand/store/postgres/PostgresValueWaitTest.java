package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.ValueWaitConformance;

class PostgresValueWaitTest extends ValueWaitConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
