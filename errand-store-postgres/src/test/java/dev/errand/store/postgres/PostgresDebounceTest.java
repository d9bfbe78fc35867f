package dev.errand.store.postgres;

import dev.errand.store.DebounceConformance;
import dev.errand.store.StoreFixture;

class PostgresDebounceTest extends DebounceConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
