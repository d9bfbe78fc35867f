package dev.errand.store.sqlite;

import dev.errand.store.ApiKeyConformance;
import dev.errand.store.StoreFixture;

class SqliteApiKeyTest extends ApiKeyConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
