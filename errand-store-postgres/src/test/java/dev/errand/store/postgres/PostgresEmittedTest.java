package dev.errand.store.postgres;

import dev.errand.store.EmittedConformance;
import dev.errand.store.StoreFixture;

class PostgresEmittedTest extends EmittedConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
