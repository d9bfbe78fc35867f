package dev.errand.store.sqlite;

import dev.errand.store.RateConformance;
import dev.errand.store.StoreFixture;

class SqliteRateTest extends RateConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
