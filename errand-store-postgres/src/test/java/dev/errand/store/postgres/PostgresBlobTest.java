package dev.errand.store.postgres;

import dev.errand.store.BlobConformance;
import dev.errand.store.StoreFixture;

class PostgresBlobTest extends BlobConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
