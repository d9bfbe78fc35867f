package dev.errand.cli.config;

/**
 * What is to hold for an option that the command line does not give.
 *
 * @param from where that is said, for people: {@code ERRAND_PORT}, or {@code errand.properties line 3}
 */
public record Setting(String value, String from) {}
