package dev.errand.store.postgres;

/**
 * What the planner of the server is told on connections that work: to compile nothing. All they do reads few rows by their keys, but
 * where statistics are out of date it looks costly, and then a compilation of 50 ms comes before each execution of less than one.
 */
final class Plans {
    static final String SET = "set jit = off";
    static final String RESET = "reset jit";

    private Plans() {}
}
