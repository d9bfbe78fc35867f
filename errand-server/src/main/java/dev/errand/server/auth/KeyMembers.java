package dev.errand.server.auth;

import dev.errand.ApiKey;
import dev.errand.server.call.Members;
import java.util.Locale;

/** A key as it is shown to administrators. */
final class KeyMembers {
    private KeyMembers() {}

    static Members of(ApiKey key) {
        return Members.of("id", key.id())
                .put("name", key.name())
                .put("role", lower(key.role()))
                .put("signing", lower(key.signing()))
                .put("start", key.start())
                .put("createdAt", key.createdAt())
                .put("lastUsedAt", key.lastUsedAt())
                .put("revokedAt", key.revokedAt());
    }

    private static String lower(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}
