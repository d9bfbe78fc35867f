package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.RunId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** How often a listener was called, and what it threw: the last is kept, the first of each type is logged as an error. Thread-safe. */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final String FAILED =
            "A listener to events failed; further errors of this type are counted, see errand.listeners()";
    private static final int MANY_TYPES = 100;
    private static final int LONGEST_STACK = 64_000;

    private final Clock clock;
    private final String text;
    private final Set<Class<?>> logged = new HashSet<>();
    private long all;
    private long failed;
    private @Nullable Failure last;

    Calls(Clock clock) {
        this(clock, FAILED);
    }

    /** @param text what is logged */
    Calls(Clock clock, String text) {
        this.clock = clock;
        this.text = text;
    }

    synchronized long called() {
        return ++all;
    }

    void threw(Event event, Throwable error) {
        threw(event.name(), event.run(), error, 0);
    }

    /** Answers how it is kept. */
    Failure threw(String event, RunId run, Throwable error, int attempt) {
        Failure failure = new Failure(
                FailureKind.HANDLER,
                error.getClass().getName(),
                message(error),
                stack(error),
                attempt,
                clock.instant());
        Level level = count(error, failure) ? Level.ERROR : Level.DEBUG;
        try {
            log(level, event, run).setCause(error).log(text);
        } catch (Throwable e) { // its message, which is code of users, or no memory left for it
            log(level, event, run).addKeyValue("type", failure.type()).log(text);
        }
        return failure;
    }

    private static LoggingEventBuilder log(Level level, String event, RunId run) {
        return LOG.atLevel(level).addKeyValue("event", event).addKeyValue("run", run);
    }

    /** Answers whether it is the first of its type. */
    private synchronized boolean count(Throwable error, Failure failure) {
        failed++;
        last = failure;
        return logged.size() < MANY_TYPES && logged.add(error.getClass());
    }

    private static String message(Throwable error) {
        try {
            return String.valueOf(error.getMessage());
        } catch (Throwable e) { // code of users
            return "(its message could not be read: " + e.getClass().getName() + ")";
        }
    }

    private static String stack(Throwable error) {
        try {
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text));
            return text.toString().substring(0, Math.min(text.toString().length(), LONGEST_STACK));
        } catch (Throwable e) {
            return "";
        }
    }

    synchronized long all() {
        return all;
    }

    synchronized long failed() {
        return failed;
    }

    synchronized @Nullable Failure last() {
        return last;
    }
}
