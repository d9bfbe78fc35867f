package dev.errand.store.sqlite;

import dev.errand.store.EnqueueConformance;
import dev.errand.store.StoreFixture;

class SqliteEnqueueTest extends EnqueueConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
