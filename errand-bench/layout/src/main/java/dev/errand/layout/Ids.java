package dev.errand.layout;

import dev.errand.RunId;
import java.util.UUID;

/** Run ids as PostgreSQL knows them. */
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
