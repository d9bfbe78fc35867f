package dev.errand.store.format;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON that was checked when it was stored, into maps, lists, text, numbers and truth values. */
public final class JsonReader {
    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    public static @Nullable Object read(String text) {
        return new JsonReader(text).value();
    }

    /** An object's entries, in order; empty for null or anything else. */
    public static Map<String, Object> object(@Nullable String text) {
        Map<String, Object> entries = new LinkedHashMap<>();
        if (text != null && read(text) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> entries.put((String) key, value));
        }
        return entries;
    }

    /** A list of texts; empty for null. */
    public static List<String> texts(@Nullable String text) {
        List<String> texts = new ArrayList<>();
        if (text != null && read(text) instanceof List<?> list) {
            list.forEach(item -> texts.add(String.valueOf(item)));
        }
        return List.copyOf(texts);
    }

    private @Nullable Object value() {
        return switch (next()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    /** The next character that is no white space, which stays next. */
    private char next() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        if (at == text.length()) {
            throw broken();
        }
        return text.charAt(at);
    }

    private IllegalStateException broken() {
        return new IllegalStateException("stored JSON is broken at character " + at);
    }

    private @Nullable Object word(String word, @Nullable Object meaning) {
        if (!text.startsWith(word, at)) {
            throw broken();
        }
        at += word.length();
        return meaning;
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        at++;
        while (next() != '}') {
            String key = string();
            skip(':');
            map.put(key, value());
            if (next() == ',') {
                at++;
                next();
            }
        }
        at++;
        return map;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> list = new ArrayList<>();
        at++;
        while (next() != ']') {
            list.add(value());
            if (next() == ',') {
                at++;
            }
        }
        at++;
        return list;
    }

    private void skip(char expected) {
        if (next() != expected) {
            throw broken();
        }
        at++;
    }

    private String string() {
        skip('"');
        StringBuilder out = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            out.append(c == '\\' ? escaped() : c);
        }
        skip('"');
        return out.toString();
    }

    private char escaped() {
        char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> c;
        };
    }

    /** A Long where it is whole and fits, else a BigInteger or a Double, else (too exact for that) a BigDecimal. */
    private Number number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (from == at) {
            throw broken();
        }
        String digits = text.substring(from, at);
        if (digits.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E')) {
            double value = Double.parseDouble(digits);
            return Double.isInfinite(value) ? new BigDecimal(digits) : (Number) value;
        }
        return digits.length() < 19 ? (Number) Long.parseLong(digits) : smallest(new BigInteger(digits));
    }

    private static Number smallest(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Number) value.longValueExact() : value;
    }
}
