package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.WebhookConformance;

class PostgresWebhookTest extends WebhookConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
