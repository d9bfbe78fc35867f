package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.SubscriptionConformance;

class SqliteSubscriptionTest extends SubscriptionConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
