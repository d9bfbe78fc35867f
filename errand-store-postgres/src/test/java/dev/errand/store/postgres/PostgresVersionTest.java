package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.VersionConformance;

class PostgresVersionTest extends VersionConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
