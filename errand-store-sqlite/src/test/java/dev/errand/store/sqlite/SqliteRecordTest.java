package dev.errand.store.sqlite;

import dev.errand.store.RecordConformance;
import dev.errand.store.StoreFixture;

class SqliteRecordTest extends RecordConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
