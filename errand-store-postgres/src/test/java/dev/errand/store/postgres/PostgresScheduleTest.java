package dev.errand.store.postgres;

import dev.errand.store.ScheduleConformance;
import dev.errand.store.StoreFixture;

class PostgresScheduleTest extends ScheduleConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
