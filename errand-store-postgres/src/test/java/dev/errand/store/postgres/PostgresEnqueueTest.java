package dev.errand.store.postgres;

import dev.errand.store.EnqueueConformance;
import dev.errand.store.StoreFixture;

class PostgresEnqueueTest extends EnqueueConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
