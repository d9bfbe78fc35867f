package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.TreeConformance;

class PostgresTreeTest extends TreeConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
