package dev.errand.store.postgres;

import dev.errand.store.OperationConformance;
import dev.errand.store.StoreFixture;

class PostgresOperationTest extends OperationConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
