package dev.errand.store.postgres;

import dev.errand.store.ListConformance;
import dev.errand.store.StoreFixture;

class PostgresListTest extends ListConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
