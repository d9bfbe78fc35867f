package dev.errand.engine.schema;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The formats of text that are checked; others say something to people only, as the standard has it.
 *
 * @param words what text of this format is, in words
 */
record Format(String words, Predicate<String> accepted) {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final String NAMES = LABEL + "(\\." + LABEL + ")*";
    private static final String ATOM = "[^\\s@\"<>(),;:.\\[\\]\\\\]+";
    private static final String TIME =
            "([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?([zZ]|[+-]([01]\\d|2[0-3]):[0-5]\\d)";
    private static final String DAYS = "(\\d+W|(\\d+Y)?(\\d+M)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+S)?)?)";
    private static final Pattern TIME_OF_DAY = Pattern.compile(TIME);
    private static final Map<String, Format> KNOWN = new HashMap<>();

    static {
        add("email", "an email address", matching(ATOM + "(\\." + ATOM + ")*@(?=.{1,255}$)" + NAMES));
        add("date", "a date such as 2026-12-24", Format::isDate);
        add("time", "a time such as 18:30:00Z", matching(TIME));
        add("date-time", "a time such as 2026-12-24T18:30:00Z", Format::isDateTime);
        add("duration", "a duration such as P1DT12H", matching("P(?=[\\dT])" + DAYS));
        add("uuid", "a UUID", Format::isUuid);
        add("uri", "a URI with its scheme", text -> uri(text) != null && text.matches("[A-Za-z][A-Za-z0-9+.-]*:.*"));
        add("uri-reference", "a URI", text -> uri(text) != null);
        add("hostname", "a host name", matching("(?=.{1,253}$)" + NAMES));
        add("ipv4", "an IPv4 address", matching(OCTET + "(\\." + OCTET + "){3}"));
        add("regex", "a regular expression", Format::isRegex);
        add("json-pointer", "a JSON pointer", matching("(/([^~/]|~[01])*)*"));
    }

    private static void add(String name, String words, Predicate<String> accepted) {
        KNOWN.put(name, new Format(words, accepted));
    }

    /** Null if it is not checked. */
    static @Nullable Format of(String name) {
        return KNOWN.get(name);
    }

    boolean accepts(String text) {
        return accepted.test(text);
    }

    private static Predicate<String> matching(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return text -> pattern.matcher(text).matches();
    }

    private static boolean isDate(String text) {
        try {
            return text.length() == 10 && LocalDate.parse(text) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDateTime(String text) {
        return text.length() > 11
                && (text.charAt(10) == 'T' || text.charAt(10) == 't')
                && isDate(text.substring(0, 10))
                && TIME_OF_DAY.matcher(text.substring(11)).matches();
    }

    private static boolean isUuid(String text) {
        try {
            return text.length() == 36 && UUID.fromString(text).toString().equalsIgnoreCase(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static @Nullable URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static boolean isRegex(String text) {
        try {
            return Pattern.compile(text) != null;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }
}
