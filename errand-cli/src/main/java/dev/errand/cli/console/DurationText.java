package dev.errand.cli.console;

import dev.errand.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/** Reads a duration from the command line, such as {@code 30s} or {@code 1h30m}. */
public final class DurationText implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return Durations.parse(text);
    }
}
