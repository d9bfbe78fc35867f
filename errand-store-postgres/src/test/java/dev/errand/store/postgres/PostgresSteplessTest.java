package dev.errand.store.postgres;

import dev.errand.store.SteplessConformance;
import dev.errand.store.StoreFixture;

class PostgresSteplessTest extends SteplessConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
