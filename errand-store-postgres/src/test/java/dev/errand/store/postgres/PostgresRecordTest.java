package dev.errand.store.postgres;

import dev.errand.store.RecordConformance;
import dev.errand.store.StoreFixture;

class PostgresRecordTest extends RecordConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
