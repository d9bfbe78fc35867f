package dev.errand.store.postgres;

import dev.errand.store.QueueOrderConformance;
import dev.errand.store.StoreFixture;

class PostgresQueueOrderTest extends QueueOrderConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
