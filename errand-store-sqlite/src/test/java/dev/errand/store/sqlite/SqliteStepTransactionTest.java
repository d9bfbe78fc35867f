package dev.errand.store.sqlite;

import dev.errand.store.StepTransactionConformance;
import dev.errand.store.StoreFixture;

class SqliteStepTransactionTest extends StepTransactionConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
