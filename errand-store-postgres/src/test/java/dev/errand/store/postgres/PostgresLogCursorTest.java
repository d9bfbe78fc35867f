package dev.errand.store.postgres;

import dev.errand.store.LogCursorConformance;
import dev.errand.store.StoreFixture;

class PostgresLogCursorTest extends LogCursorConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
