package dev.errand.store.sqlite;

import dev.errand.store.LingeringConformance;
import dev.errand.store.StoreFixture;

class SqliteLingeringTest extends LingeringConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
