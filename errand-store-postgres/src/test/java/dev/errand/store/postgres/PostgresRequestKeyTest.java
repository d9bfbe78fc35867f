package dev.errand.store.postgres;

import dev.errand.store.RequestKeyConformance;
import dev.errand.store.StoreFixture;

class PostgresRequestKeyTest extends RequestKeyConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
