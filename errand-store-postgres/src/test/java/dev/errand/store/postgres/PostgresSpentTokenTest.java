package dev.errand.store.postgres;

import dev.errand.store.SpentTokenConformance;
import dev.errand.store.StoreFixture;

class PostgresSpentTokenTest extends SpentTokenConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
