package dev.errand.scripts;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;

/** What a program writes to its standard error: lines of the run's log, and the end of it the reason if it fails. */
final class StandardError {
    /** How much of a line is kept, in bytes. */
    static final int LONGEST_LINE = 64 * 1024;

    private static final int TAIL_LINES = 10;
    private static final int TAIL_LENGTH = 1000;

    private final Logger log;
    private final Deque<String> tail = new ArrayDeque<>();

    StandardError(Logger log) {
        this.log = log;
    }

    synchronized void accept(String line, boolean cut) {
        log.info(cut ? line + "…" : line);
        if (!line.isBlank()) {
            tail.add(line.length() > TAIL_LENGTH ? line.substring(0, TAIL_LENGTH) + "…" : line);
            if (tail.size() > TAIL_LINES) {
                tail.remove();
            }
        }
    }

    /** The last lines. */
    synchronized String tail() {
        return String.join("\n", tail);
    }

    /** A line as it goes to the log. */
    static String shortened(String line) {
        return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line;
    }
}
