package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.WatchConformance;

class PostgresWatchTest extends WatchConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
