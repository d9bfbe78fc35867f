package dev.errand.store.sqlite;

import dev.errand.store.PendingConformance;
import dev.errand.store.StoreFixture;

class SqlitePendingTest extends PendingConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
