package dev.errand.store.sqlite;

import dev.errand.store.PendingWaysConformance;
import dev.errand.store.StoreFixture;

class SqlitePendingWaysTest extends PendingWaysConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
