package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.ValueConformance;

class SqliteValueTest extends ValueConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
