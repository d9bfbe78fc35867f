package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.TurnConformance;

class PostgresTurnTest extends TurnConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
