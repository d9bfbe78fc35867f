package dev.errand.server.auth;

import dev.errand.server.call.Head;
import org.jspecify.annotations.Nullable;

/** What somebody shows for who he is: {@code Authorization: Bearer …}. */
final class Bearer {
    private static final String SCHEME = "bearer ";

    private Bearer() {}

    /** Null if nothing was shown. */
    static @Nullable String of(Head head) {
        String said = head.header("authorization");
        return said == null || !said.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? null
                : said.substring(SCHEME.length()).strip();
    }
}
