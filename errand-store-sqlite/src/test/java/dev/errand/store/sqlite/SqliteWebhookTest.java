package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.WebhookConformance;

class SqliteWebhookTest extends WebhookConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
