package dev.errand.cli;

import dev.errand.Errand;
import dev.errand.server.ErrandServer;
import dev.errand.server.ServerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * With {@code -Derrand.test.through=server} commands ask a server in the place of the store, one that stands on it for as long as the command takes.
 * The build runs the tests with the tag {@value #TAG} so once more, the full check all with the tag {@value TestStore#ON_BOTH}.
 */
final class ThroughServer {
    /** The tag of tests that have to do for all. */
    static final String TAG = "server";

    private static final boolean IS_MEANT = "server".equals(System.getProperty("errand.test.through"));

    /** What needs the store itself, and what sees the server or its engine; of that {@link FromAfarTest} tells. */
    private static final Set<String> LOCAL = Set.of("run", "dev", "serve", "node", "store", "bench", "doctor", "nodes");

    private ThroughServer() {}

    /** Whether this command is to ask a server. */
    static boolean isMeant(List<String> command) {
        return IS_MEANT && !LOCAL.contains(command.getFirst());
    }

    static Cli.Said call(String store, List<String> command) {
        try (Errand errand = Errand.builder().store(store).concurrency(0).open();
                ErrandServer server = ErrandServer.start(
                        errand, ServerSettings.standard().port(0).withoutKeys())) {
            List<String> all = new ArrayList<>(command);
            all.addAll(List.of("--server", server.uri().toString()));
            return Cli.bare(all.toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
