package dev.errand.engine.schema;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What Java's own simple types are in JSON, as the engine reads and writes them. */
final class Leaves {
    private static final Map<Class<?>, String> KINDS = new HashMap<>();
    private static final Map<Class<?>, String> FORMATS = Map.of(
            UUID.class, "uuid",
            LocalDate.class, "date",
            Instant.class, "date-time",
            OffsetDateTime.class, "date-time");

    static {
        put("string", String.class, CharSequence.class, char.class, Character.class, byte[].class);
        put("string", URI.class, URL.class, Path.class, File.class, UUID.class, Locale.class, Currency.class);
        put("string", Instant.class, OffsetDateTime.class, ZonedDateTime.class, LocalDate.class, LocalDateTime.class);
        put("string", LocalTime.class, OffsetTime.class, Duration.class, Period.class, YearMonth.class, ZoneId.class);
        put("integer", int.class, long.class, short.class, byte.class);
        put("integer", Integer.class, Long.class, Short.class, Byte.class, BigInteger.class);
        put("number", double.class, float.class, Double.class, Float.class, BigDecimal.class, Number.class);
        put("boolean", boolean.class, Boolean.class);
    }

    private Leaves() {}

    private static void put(String kind, Class<?>... types) {
        for (Class<?> type : types) {
            KINDS.put(type, kind);
        }
    }

    /** By the name schemas have for it; null if it is none of them. */
    static @Nullable String kind(Class<?> type) {
        return KINDS.get(type);
    }

    /** Null if it has no format that everybody writes as we do. */
    static @Nullable String format(Class<?> type) {
        return FORMATS.get(type);
    }
}
