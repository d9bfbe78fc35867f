package dev.errand.store.postgres;

import dev.errand.store.NoteConformance;
import dev.errand.store.StoreFixture;

class PostgresNoteTest extends NoteConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
