package dev.errand.cli.log;

/** How lines of the log look. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** For programs: a JSON document a line, and nothing else on standard error. */
    JSON
}
