package dev.errand.store.postgres;

import dev.errand.store.ListBackConformance;
import dev.errand.store.StoreFixture;

class PostgresListBackTest extends ListBackConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
