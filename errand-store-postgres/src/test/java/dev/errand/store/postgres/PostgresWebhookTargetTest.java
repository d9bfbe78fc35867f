package dev.errand.store.postgres;

import dev.errand.store.StoreFixture;
import dev.errand.store.WebhookTargetConformance;

class PostgresWebhookTargetTest extends WebhookTargetConformance {
    @Override
    protected StoreFixture fixture() {
        return new PostgresFixture();
    }
}
