package dev.errand.server.wire;

import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import java.util.HashSet;
import java.util.Set;

/** What a list can be asked by. What it cannot is refused, so that nobody takes all for some. */
public final class KnownFilters {
    private final String message;
    private final Set<String> names = new HashSet<>();

    /** @param things what is listed, for messages: {@code runs} */
    @SafeVarargs
    public KnownFilters(String things, Set<String>... names) {
        this.message = things + " cannot be listed by that";
        for (Set<String> each : names) {
            this.names.addAll(each);
        }
    }

    /** @throws Problem 400 if there is another filter, or another way to say a page */
    public void check(Query asked) {
        for (String name : asked.names()) {
            if (!names.contains(name) && (name.startsWith("filter[") || name.startsWith("page["))) {
                throw Problem.malformed(name, message);
            }
        }
    }
}
