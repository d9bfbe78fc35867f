package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.TurnConformance;

class SqliteTurnTest extends TurnConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
