package dev.errand.store.sqlite;

import dev.errand.store.ClaimConformance;
import dev.errand.store.StoreFixture;

class SqliteClaimTest extends ClaimConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
