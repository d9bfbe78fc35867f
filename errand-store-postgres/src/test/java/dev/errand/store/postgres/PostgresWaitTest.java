package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.WaitConformance;

class PostgresWaitTest extends WaitConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
