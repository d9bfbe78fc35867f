package dev.errand.store.postgres;

import dev.errand.store.KeyConformance;
import dev.errand.store.StoreFixture;

class PostgresKeyTest extends KeyConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
