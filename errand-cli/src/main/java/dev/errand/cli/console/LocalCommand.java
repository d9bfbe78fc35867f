package dev.errand.cli.console;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that needs the store itself, in the place of which no server can stand: it works on it, or on its files. */
public abstract class LocalCommand extends ConsoleCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--store",
            paramLabel = "URL",
            description = "The store (default: $ERRAND_STORE, or jdbc:sqlite:.errand/errand.db).")
    private @Nullable String store;

    @Option(names = "--server", paramLabel = "URL", hidden = true)
    private @Nullable String server;

    protected LocalCommand(Console console) {
        super(console);
    }

    /** An engine about to be opened that works; makes the store if it is missing. */
    protected ErrandBuilder worker() {
        StoreAddress address = address();
        address.makeDefaultFolder();
        return Errand.builder().store(address.url());
    }

    /**
     * Which store is meant.
     *
     * @throws UsageException if a server is meant
     */
    protected StoreAddress address() {
        if (server != null) {
            throw new UsageException(
                    "errand %s needs the store itself, not a server; name it with --store".formatted(name()));
        }
        if (store == null && !isSet(StoreAddress.VARIABLE) && isSet(ServerAddress.VARIABLE)) {
            throw new UsageException(
                    "errand %s needs the store itself, and %s names a server; name the store with --store"
                            .formatted(name(), ServerAddress.VARIABLE));
        }
        return StoreAddress.of(store);
    }

    private static boolean isSet(String variable) {
        return !System.getenv().getOrDefault(variable, "").isBlank();
    }

    /** As it is typed. */
    private String name() {
        return spec.qualifiedName().replaceFirst("^errand ", "");
    }
}
