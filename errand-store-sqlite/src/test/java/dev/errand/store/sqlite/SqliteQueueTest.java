package dev.errand.store.sqlite;

import dev.errand.store.QueueConformance;
import dev.errand.store.StoreFixture;

class SqliteQueueTest extends QueueConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
