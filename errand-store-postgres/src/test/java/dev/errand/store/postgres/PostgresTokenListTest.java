package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.TokenListConformance;

class PostgresTokenListTest extends TokenListConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
