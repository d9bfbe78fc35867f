package dev.errand.store.postgres;

import dev.errand.store.EventConformance;
import dev.errand.store.StoreFixture;

class PostgresEventTest extends EventConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
