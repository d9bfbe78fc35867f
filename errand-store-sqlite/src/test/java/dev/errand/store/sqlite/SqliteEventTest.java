package dev.errand.store.sqlite;

import dev.errand.store.EventConformance;
import dev.errand.store.StoreFixture;

class SqliteEventTest extends EventConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
