package dev.errand.store.sqlite;

import dev.errand.store.RecoveryConformance;
import dev.errand.store.StoreFixture;

class SqliteRecoveryTest extends RecoveryConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
