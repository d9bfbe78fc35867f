package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.SubscriptionConformance;

class PostgresSubscriptionTest extends SubscriptionConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
