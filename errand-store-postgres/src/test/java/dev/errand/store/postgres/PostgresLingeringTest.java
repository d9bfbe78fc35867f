package dev.errand.store.postgres;

import dev.errand.store.LingeringConformance;
import dev.errand.store.StoreFixture;

class PostgresLingeringTest extends LingeringConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
