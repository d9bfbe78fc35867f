package dev.errand.store.sqlite;

import dev.errand.store.JournalFenceConformance;
import dev.errand.store.StoreFixture;

class SqliteJournalFenceTest extends JournalFenceConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
