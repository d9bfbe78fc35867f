package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.TokenKeepingConformance;

class PostgresTokenKeepingTest extends TokenKeepingConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
