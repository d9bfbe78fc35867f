package dev.errand.store.postgres;

import dev.errand.store.BatchConformance;
import dev.errand.store.StoreFixture;

class PostgresBatchTest extends BatchConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
