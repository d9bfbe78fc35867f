package dev.errand.store.sqlite;

import dev.errand.store.NoteConformance;
import dev.errand.store.StoreFixture;

class SqliteNoteTest extends NoteConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
