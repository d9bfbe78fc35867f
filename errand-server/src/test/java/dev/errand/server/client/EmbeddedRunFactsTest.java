package dev.errand.server.client;

import dev.errand.Errand;
import dev.errand.server.TestServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;

/** They hold of the engine itself. */
@Tag(TestServer.STORES)
class EmbeddedRunFactsTest extends RunFacts {
    @AutoClose
    private static final TestServer server = server();

    @Override
    Errand errand() {
        return server.errand();
    }
}
