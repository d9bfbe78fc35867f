package dev.errand.store.postgres;

import dev.errand.store.LineConformance;
import dev.errand.store.StoreFixture;

class PostgresLineTest extends LineConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
