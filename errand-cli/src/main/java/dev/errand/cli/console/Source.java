package dev.errand.cli.console;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.client.ErrandClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of commands that ask: whom. A store, or a server in its place. */
public final class Source {
    @Option(
            names = "--store",
            paramLabel = "URL",
            description = "The store (default: $ERRAND_STORE, or jdbc:sqlite:.errand/errand.db).")
    private @Nullable String store;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "A server to ask in the place of a store: http://127.0.0.1:7070 (default: $ERRAND_SERVER).")
    private @Nullable String server;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "Where the key is that the server wants (default: $ERRAND_KEY, or that of errand login).")
    private @Nullable Path keyFile;

    /**
     * The server that is meant; null if a store is.
     *
     * @throws UsageException if it cannot be told which
     */
    public @Nullable ServerAddress server() {
        Named named = Named.of(store, server, System.getenv());
        if (named instanceof Named.Server(var address)) {
            return address;
        }
        if (keyFile != null) {
            throw new UsageException("--key-file is for a server; name it with --server");
        }
        return null;
    }

    /** The store that is meant, if no server is. */
    public StoreAddress store() {
        return StoreAddress.of(store);
    }

    /** An engine on the store that never works itself, or the server's; to be closed. */
    public Errand open() {
        ServerAddress address = server();
        return address == null
                ? engine(store())
                : ErrandClient.connect(address.url(), ServerKey.of(address, keyFile, System.getenv()));
    }

    private static Errand engine(StoreAddress address) {
        address.requireExisting();
        ErrandBuilder builder = Errand.builder().store(address.url()).concurrency(0);
        address.asItIs().forEach(builder::storeOption);
        return builder.open();
    }
}
