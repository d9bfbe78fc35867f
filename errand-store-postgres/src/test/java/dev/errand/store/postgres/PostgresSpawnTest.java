package dev.errand.store.postgres;

import dev.errand.store.SpawnConformance;
import dev.errand.store.StoreFixture;

class PostgresSpawnTest extends SpawnConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
