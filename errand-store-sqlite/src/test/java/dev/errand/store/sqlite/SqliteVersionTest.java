package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.VersionConformance;

class SqliteVersionTest extends VersionConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
