package dev.errand.store.postgres;

import dev.errand.store.PendingWaysConformance;
import dev.errand.store.StoreFixture;

class PostgresPendingWaysTest extends PendingWaysConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
