package dev.errand.store.postgres;

import dev.errand.store.QueueConformance;
import dev.errand.store.StoreFixture;

class PostgresQueueTest extends QueueConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
