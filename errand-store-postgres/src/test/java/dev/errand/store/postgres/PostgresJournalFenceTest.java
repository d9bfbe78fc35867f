package dev.errand.store.postgres;

import dev.errand.store.JournalFenceConformance;
import dev.errand.store.StoreFixture;

class PostgresJournalFenceTest extends JournalFenceConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
