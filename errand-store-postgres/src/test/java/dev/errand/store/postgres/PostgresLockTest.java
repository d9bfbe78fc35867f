package dev.errand.store.postgres;

import dev.errand.store.LockConformance;
import dev.errand.store.StoreFixture;

class PostgresLockTest extends LockConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
