package dev.errand.store.postgres;

import dev.errand.store.CompleteConformance;
import dev.errand.store.StoreFixture;

class PostgresCompleteTest extends CompleteConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
