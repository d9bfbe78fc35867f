package dev.errand.store.sqlite;

import dev.errand.store.BlobConformance;
import dev.errand.store.StoreFixture;

class SqliteBlobTest extends BlobConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
