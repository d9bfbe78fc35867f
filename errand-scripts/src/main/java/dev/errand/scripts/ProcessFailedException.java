package dev.errand.scripts;

import dev.errand.FailureType;
import org.jspecify.annotations.Nullable;

/**
 * A program did not succeed. Its failure is of type {@code exit 3} for a program that ended so, with the last lines of its
 * standard error as the message; or {@code not started}.
 */
public final class ProcessFailedException extends Exception implements FailureType {
    /** The exit code by which a program asks to be tried again later: {@code EX_TEMPFAIL} of {@code sysexits.h}. */
    public static final int TRY_AGAIN_LATER = 75;

    private static final int SIGNALS = 128;
    private static final int LAST_SIGNAL = 64;

    private final String type;
    private final int exitCode;

    private ProcessFailedException(String type, int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.type = type;
        this.exitCode = exitCode;
    }

    static ProcessFailedException exited(int code, String lastErrors) {
        return new ProcessFailedException(
                "exit " + code, code, lastErrors.isEmpty() ? meaning(code) : lastErrors, null);
    }

    static ProcessFailedException notStarted(String reason, Throwable cause) {
        return new ProcessFailedException("not started", -1, reason, cause);
    }

    static ProcessFailedException unusable(int code, String reason) {
        return new ProcessFailedException("exit " + code, code, reason, null);
    }

    private static String meaning(int code) {
        if (code == TRY_AGAIN_LATER) {
            return "the program asked to be tried again later";
        }
        return code > SIGNALS && code <= SIGNALS + LAST_SIGNAL
                ? "the program was ended by signal " + (code - SIGNALS)
                : "the program failed and wrote nothing to standard error";
    }

    @Override
    public String failureType() {
        return type;
    }

    /** The exit code, 128 and the signal's number for a program that was killed; -1 for one that could not be started. */
    public int exitCode() {
        return exitCode;
    }
}
