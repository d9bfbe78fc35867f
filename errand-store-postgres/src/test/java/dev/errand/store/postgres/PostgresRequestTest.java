package dev.errand.store.postgres;

import dev.errand.store.RequestConformance;
import dev.errand.store.StoreFixture;

class PostgresRequestTest extends RequestConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
