package dev.errand.store.postgres;

import dev.errand.store.ConflictConformance;
import dev.errand.store.StoreFixture;

class PostgresConflictTest extends ConflictConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
