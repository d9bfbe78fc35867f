package dev.errand.store.postgres;

import dev.errand.store.PendingConformance;
import dev.errand.store.StoreFixture;

class PostgresPendingTest extends PendingConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
