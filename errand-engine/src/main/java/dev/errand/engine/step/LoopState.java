package dev.errand.engine.step;

import dev.errand.store.StepEntry;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is kept of a loop; its end, in the journal, is when its next iteration begins, or when it was left.
 *
 * @param finished how many iterations have; of one that was left, the last is not among them
 * @param left whether the body has gone on after it
 */
record LoopState(int finished, boolean left) {
    /** Of a loop that was not begun. */
    static final LoopState NOTHING = new LoopState(0, false);

    private static final Pattern READ = Pattern.compile("\\{\"finished\":(\\d+),\"left\":(true|false)[,}].*");

    /** @throws IllegalStateException if it was written by a version that is newer, and cannot be read */
    static LoopState read(StepEntry entry) {
        byte[] json = entry.result();
        Matcher read = READ.matcher(json == null ? "" : new String(json, StandardCharsets.US_ASCII));
        if (!read.matches()) {
            throw new IllegalStateException("How far loop '%s' is cannot be read".formatted(entry.name()));
        }
        return new LoopState(Integer.parseInt(read.group(1)), Boolean.parseBoolean(read.group(2)));
    }

    byte[] json() {
        return "{\"finished\":%d,\"left\":%b}".formatted(finished, left).getBytes(StandardCharsets.US_ASCII);
    }

    /** With the last, if it was left. */
    int iterations() {
        return left ? finished + 1 : finished;
    }
}
