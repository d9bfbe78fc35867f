package dev.errand.store.postgres;

import dev.errand.store.OpenBatchConformance;
import dev.errand.store.StoreFixture;

class PostgresOpenBatchTest extends OpenBatchConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
