package dev.errand.store.postgres;

/**
 * What the planner of the server is told on connections that work: to compile nothing. All they do reads few rows by their keys, but
 * where statistics are out of date it looks costly, and then a compilation of 50 ms comes before each execution of less than one.
 *
 * <p>On those of a run's trip, whose few statements come again and again, it is told besides to plan each of them once: its plan is the
 * same for all parameters, and making it took longer than carrying it out.
 */
enum Plans {
    /** For statements of all kinds. */
    MANY("set jit = off", "reset jit"),
    /** For few. */
    FEW("set jit = off; set plan_cache_mode = force_generic_plan", "reset jit; reset plan_cache_mode");

    private final String set;
    private final String reset;

    Plans(String set, String reset) {
        this.set = set;
        this.reset = reset;
    }

    String set() {
        return set;
    }

    String reset() {
        return reset;
    }
}
