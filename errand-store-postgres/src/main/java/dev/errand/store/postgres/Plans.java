package dev.errand.store.postgres;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What the planner of the server is told on connections that work: to compile nothing. All they do reads few rows by their keys, but
 * where statistics are out of date it looks costly, and then a compilation of 50 ms comes before each execution of less than one.
 *
 * <p>On those of a run's trip, whose few statements come again and again, it is told besides to plan each of them once, since that took
 * longer than carrying it out. Such a plan stays while tables grow, so it must be the one for large tables from the first: through
 * indexes, key by key.
 */
enum Plans {
    /** For statements of all kinds. */
    MANY("jit = off", Plans.TELLS),
    /** For few. */
    FEW(
            "jit = off",
            Plans.TELLS,
            "plan_cache_mode = force_generic_plan",
            "enable_seqscan = off",
            "enable_bitmapscan = off",
            "enable_hashjoin = off",
            "enable_mergejoin = off");

    /** Not of plans: who ends runs tells others himself that somebody awaits them, see {@link Tx#heed}. */
    private static final String TELLS = "errand.tells = on";

    private final String set;
    private final String reset;

    Plans(String... settings) {
        this.set = each(settings, "set "::concat);
        this.reset = each(settings, setting -> "reset " + setting.substring(0, setting.indexOf(' ')));
    }

    private static String each(String[] settings, UnaryOperator<String> statement) {
        return Arrays.stream(settings).map(statement).collect(Collectors.joining("; "));
    }

    String set() {
        return set;
    }

    String reset() {
        return reset;
    }
}
