package dev.errand.scripts;

import dev.errand.Json;
import dev.errand.RunContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a program writes to its standard output. The last line that is not blank is its output; lines before go to the run's log.
 * {@code ::progress 3/10} and {@code ::emit {"a":1}} are no output but say how far it is, and yield a part of it.
 */
final class StandardOutput {
    /** The longest line that may be an output, in bytes. */
    static final int LONGEST_LINE = 10_000_000;

    private static final Pattern PROGRESS = Pattern.compile("::progress (\\d{1,18})(?:/(\\d{1,18}))?\\s*");
    private static final String EMIT = "::emit ";

    private final RunContext run;
    private @Nullable String last;
    private boolean lastIsCut;

    StandardOutput(RunContext run) {
        this.run = run;
    }

    synchronized void accept(String line, boolean cut) {
        if (line.startsWith("::") && isMessage(line, cut)) {
            return;
        }
        if (!line.isBlank()) {
            flush();
            last = line;
            lastIsCut = cut;
        }
    }

    private boolean isMessage(String line, boolean cut) {
        Matcher progress = PROGRESS.matcher(line);
        if (progress.matches()) {
            run.progress(
                    Long.parseLong(progress.group(1)),
                    progress.group(2) == null ? 0 : Long.parseLong(progress.group(2)));
            return true;
        }
        if (line.startsWith(EMIT)) {
            if (cut) {
                throw new IllegalArgumentException("an emitted item is longer than " + LONGEST_LINE + " bytes");
            }
            run.emit(JsonText.of(line.substring(EMIT.length())));
            return true;
        }
        return false;
    }

    /** Sends the last line to the log as well: the program has more to say, or has failed. */
    synchronized void flush() {
        String line = last;
        if (line != null) {
            run.log().info(StandardError.shortened(line));
            last = null;
        }
    }

    /** The output once the program has ended well. */
    synchronized Json result() throws ProcessFailedException {
        String line = last;
        if (line == null) {
            return Json.NULL;
        }
        if (lastIsCut) {
            throw ProcessFailedException.unusable(
                    0, "the last line of standard output, the output, is longer than " + LONGEST_LINE + " bytes");
        }
        return JsonText.of(line);
    }
}
