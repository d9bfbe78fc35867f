package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.TokenConformance;

class PostgresTokenTest extends TokenConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
