package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.ValueConformance;

class PostgresValueTest extends ValueConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
