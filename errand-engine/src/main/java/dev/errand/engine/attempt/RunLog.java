package dev.errand.engine.attempt;

import java.io.Serial;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** An SLF4J logger whose lines are kept with a run: everything from DEBUG up. */
final class RunLog extends AbstractLogger {
    @Serial
    private static final long serialVersionUID = 1;

    /** A line longer than this is cut: one message must not be the whole log. */
    private static final int LONGEST_LINE = 16_000;

    private final transient BiConsumer<Level, String> sink;

    RunLog(String task, BiConsumer<Level, String> sink) {
        this.name = task;
        this.sink = sink;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable error) {
        String text = pattern == null ? "null" : MessageFormatter.basicArrayFormat(pattern, arguments);
        String line = error == null ? text : text + "\n" + Failures.stack(error);
        sink.accept(level, line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…");
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return true;
    }

    @Override
    public boolean isDebugEnabled(Marker marker) {
        return true;
    }

    @Override
    public boolean isInfoEnabled() {
        return true;
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled(Marker marker) {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled(Marker marker) {
        return true;
    }
}
