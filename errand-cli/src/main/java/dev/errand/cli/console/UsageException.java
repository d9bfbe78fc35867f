package dev.errand.cli.console;

/** The command makes no sense as typed; the message is the one line the user sees. Exit code 2. */
public final class UsageException extends RuntimeException {
    public UsageException(String message) {
        super(message);
    }
}
