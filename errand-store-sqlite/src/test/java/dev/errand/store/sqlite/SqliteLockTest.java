package dev.errand.store.sqlite;

import dev.errand.store.LockConformance;
import dev.errand.store.StoreFixture;

class SqliteLockTest extends LockConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
