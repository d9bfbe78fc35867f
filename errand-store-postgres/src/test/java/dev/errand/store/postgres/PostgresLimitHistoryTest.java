package dev.errand.store.postgres;

import dev.errand.store.LimitHistoryConformance;
import dev.errand.store.StoreFixture;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class PostgresLimitHistoryTest extends LimitHistoryConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
