package dev.errand.store.postgres;

import dev.errand.store.LimitHistoryConformance;
import dev.errand.store.StoreFixture;
import org.junit.jupiter.api.Order;

@Order(5)
class PostgresLimitHistoryTest extends LimitHistoryConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
