package dev.errand.cli.queues;

import dev.errand.Limits;
import picocli.CommandLine.ITypeConverter;

/** Reads a limit from the command line: a number, or {@code unlimited}. */
final class LimitNumber implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        if (text.equalsIgnoreCase("unlimited")) {
            return Limits.UNLIMITED;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' is no limit; give a number, or unlimited".formatted(text), e);
        }
    }
}
