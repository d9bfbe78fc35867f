package dev.errand.store.postgres;

import dev.errand.store.StepTransactionConformance;
import dev.errand.store.StoreFixture;

class PostgresStepTransactionTest extends StepTransactionConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
