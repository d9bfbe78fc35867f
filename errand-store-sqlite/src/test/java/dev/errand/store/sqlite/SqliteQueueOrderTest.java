package dev.errand.store.sqlite;

import dev.errand.store.QueueOrderConformance;
import dev.errand.store.StoreFixture;

class SqliteQueueOrderTest extends QueueOrderConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
