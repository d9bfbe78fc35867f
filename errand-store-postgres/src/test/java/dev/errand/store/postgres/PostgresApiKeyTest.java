package dev.errand.store.postgres;

import dev.errand.store.ApiKeyConformance;
import dev.errand.store.StoreFixture;

class PostgresApiKeyTest extends ApiKeyConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
