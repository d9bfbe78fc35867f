package dev.errand.store.postgres;

import dev.errand.store.ManyChildrenConformance;
import dev.errand.store.StoreFixture;

class PostgresManyChildrenTest extends ManyChildrenConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
