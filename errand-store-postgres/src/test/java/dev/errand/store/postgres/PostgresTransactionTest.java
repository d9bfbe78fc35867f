package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.TransactionConformance;

class PostgresTransactionTest extends TransactionConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
