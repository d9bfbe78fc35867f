package dev.errand.store.postgres;

import dev.errand.store.ClaimConformance;
import dev.errand.store.StoreFixture;

class PostgresClaimTest extends ClaimConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
