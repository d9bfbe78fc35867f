package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.ReplayConformance;

class PostgresReplayTest extends ReplayConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
