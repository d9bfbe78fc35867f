package dev.errand.store.sqlite;

import dev.errand.store.ConflictConformance;
import dev.errand.store.StoreFixture;

class SqliteConflictTest extends ConflictConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
