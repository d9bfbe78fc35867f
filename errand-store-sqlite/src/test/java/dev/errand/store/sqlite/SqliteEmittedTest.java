package dev.errand.store.sqlite;

import dev.errand.store.EmittedConformance;
import dev.errand.store.StoreFixture;

class SqliteEmittedTest extends EmittedConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
