package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.TransactionConformance;

class SqliteTransactionTest extends TransactionConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
