package dev.errand.store.sqlite;

import dev.errand.store.ScheduleConformance;
import dev.errand.store.StoreFixture;

class SqliteScheduleTest extends ScheduleConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
