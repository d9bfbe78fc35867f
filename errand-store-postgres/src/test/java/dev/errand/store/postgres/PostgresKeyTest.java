package dev.errand.store.postgres;

import dev.errand.store.KeyConformance;
import dev.errand.store.StoreFixture;
import org.junit.jupiter.api.Order;

@Order(6)
class PostgresKeyTest extends KeyConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
