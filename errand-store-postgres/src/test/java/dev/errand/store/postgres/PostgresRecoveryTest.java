package dev.errand.store.postgres;

import dev.errand.store.RecoveryConformance;
import dev.errand.store.StoreFixture;

class PostgresRecoveryTest extends RecoveryConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
