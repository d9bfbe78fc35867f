package dev.errand.server.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What stands behind the question mark of an address. */
public final class Query {
    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads it. Of a name that is said twice the last counts.
     *
     * @param text as it came; null for none
     */
    public static Query read(@Nullable String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : text == null || text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            values.put(
                    decoded(equals < 0 ? pair : pair.substring(0, equals)),
                    decoded(equals < 0 ? "" : pair.substring(equals + 1)));
        }
        return new Query(values);
    }

    /**
     * What somebody said in an object instead: {@code of("filter[", "]", {"status": ["FAILED", "CRASHED"]})} as
     * {@code filter[status]=FAILED,CRASHED}. An object within stands for names with brackets of their own.
     *
     * @param before what stands before its names
     * @param after and behind them
     */
    public static Query of(String before, String after, Map<String, Object> members) {
        Map<String, String> values = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (value instanceof Map<?, ?> within) {
                within.forEach((key, each) -> values.put(before + name + after + "[" + key + "]", said(each)));
            } else {
                values.put(before + name + after, said(value));
            }
        });
        return new Query(values);
    }

    private static String said(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.valueOf(value);
    }

    private static String decoded(String text) {
        if (text.contains("%00")) {
            throw Problem.malformed("", "the query has a character 0");
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("", "the query has a % that two hexadecimal digits do not follow");
        }
    }

    /** All names that were said. */
    public Set<String> names() {
        return values.keySet();
    }

    /** Null if it was not said, or nothing stood there. */
    public @Nullable String text(String name) {
        String value = values.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** What stood there, with commas between; none if it was not said. */
    public List<String> list(String name) {
        String value = text(name);
        return value == null
                ? List.of()
                : Arrays.stream(value.split(",", -1))
                        .filter(each -> !each.isEmpty())
                        .toList();
    }

    /** A whole number. */
    public int number(String name, int least, int most, int otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw Problem.malformed(
                    name, String.format(Locale.ROOT, "a whole number from %,d to %,d is needed", least, most));
        }
        return Integer.parseInt(value);
    }

    /**
     * What stood there, read; null if it was not said.
     *
     * @param read throws an IllegalArgumentException, with a message for the caller, for what cannot be read
     */
    public <T> @Nullable T read(String name, Function<String, T> read) {
        String value = text(name);
        try {
            return value == null ? null : read.apply(value);
        } catch (IllegalArgumentException e) {
            throw Problem.malformed(name, String.valueOf(e.getMessage()));
        }
    }
}
