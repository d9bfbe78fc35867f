package dev.errand.store.sqlite;

import dev.errand.store.JournalConformance;
import dev.errand.store.StoreFixture;

class SqliteJournalTest extends JournalConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
