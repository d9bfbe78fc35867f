package dev.errand.store.postgres;

import dev.errand.store.ChildConformance;
import dev.errand.store.StoreFixture;

class PostgresChildTest extends ChildConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
