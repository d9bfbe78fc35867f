package dev.errand.store.sqlite;

import dev.errand.store.SteplessConformance;
import dev.errand.store.StoreFixture;

class SqliteSteplessTest extends SteplessConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
