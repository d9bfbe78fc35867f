package dev.errand.server.client;

import dev.errand.Errand;
import dev.errand.Role;
import dev.errand.client.ErrandClient;
import dev.errand.server.TestServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;

/** They hold from afar as they do in the engine's own process. */
@Tag(TestServer.STORES)
class ClientStoreFactsTest extends StoreFacts {
    @AutoClose
    private static final TestServer server = server();

    @AutoClose
    private static final Errand errand = ErrandClient.connect(server.uri(), server.key(Role.ADMIN));

    @Override
    Errand errand() {
        return errand;
    }
}
