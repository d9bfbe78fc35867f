package dev.errand.store.postgres;

import dev.errand.RunId;
import java.util.UUID;

/** Run ids as PostgreSQL knows them: as UUIDs, which it sorts as {@link RunId} does. */
final class Ids {
    private Ids() {}

    static UUID uuid(RunId id) {
        return new UUID(id.high(), id.low());
    }

    static RunId of(Object uuid) {
        UUID id = (UUID) uuid;
        return new RunId(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
