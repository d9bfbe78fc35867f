package dev.errand.store.postgres;

import dev.errand.store.ReplayConformance;
import dev.errand.store.StoreFixture;

class PostgresReplayTest extends ReplayConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
