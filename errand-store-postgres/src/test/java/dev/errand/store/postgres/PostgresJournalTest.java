package dev.errand.store.postgres;

import dev.errand.store.JournalConformance;
import dev.errand.store.StoreFixture;

class PostgresJournalTest extends JournalConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
