package dev.errand.cli.log;

/** What is logged: this, and what is worse. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG
}
