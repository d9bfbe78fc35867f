package dev.errand.cli.console;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a command is to ask: what its options name goes before what the environment does. */
sealed interface Named {
    /** A store, of which {@link StoreAddress} knows which. */
    record Store() implements Named {}

    record Server(ServerAddress address) implements Named {}

    /**
     * Which of the two is meant; a store if nothing names either.
     *
     * @param store the option {@code --store}, null if it is not given
     * @param server likewise {@code --server}
     * @throws UsageException if both are, or none is and the environment names both
     */
    static Named of(@Nullable String store, @Nullable String server, Map<String, String> environment) {
        if (store != null && server != null) {
            throw new UsageException("--store and --server exclude each other: a command asks the one or the other");
        }
        if (server != null) {
            return new Server(ServerAddress.of(server));
        }
        String other = environment.getOrDefault(ServerAddress.VARIABLE, "");
        if (store != null || other.isBlank()) {
            return new Store();
        }
        if (!environment.getOrDefault(StoreAddress.VARIABLE, "").isBlank()) {
            throw new UsageException("%s and %s are both set; --store or --server says which is meant"
                    .formatted(StoreAddress.VARIABLE, ServerAddress.VARIABLE));
        }
        return new Server(ServerAddress.of(other));
    }
}
