package dev.errand.store.sqlite;

import dev.errand.store.StoreFixture;
import dev.errand.store.WebhookTargetConformance;

class SqliteWebhookTargetTest extends WebhookTargetConformance {
    @Override
    protected StoreFixture fixture() {
        return new SqliteFixture();
    }
}
