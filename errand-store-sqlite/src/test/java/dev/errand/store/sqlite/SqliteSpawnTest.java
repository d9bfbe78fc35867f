package dev.errand.store.sqlite;

import dev.errand.store.SpawnConformance;
import dev.errand.store.StoreFixture;

class SqliteSpawnTest extends SpawnConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
