package dev.errand.store.format;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.Rate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits as a small JSON document in a column. */
public final class LimitsText {
    private LimitsText() {}

    public static String of(Limits limits) {
        Map<String, Object> map = new LinkedHashMap<>();
        put(map, "concurrency", limits.concurrency());
        put(map, "perKey", limits.concurrencyPerKey());
        put(map, "rate", limits.rate());
        put(map, "ratePerKey", limits.ratePerKey());
        if (limits.onConflict() != OnConflict.WAIT) {
            map.put("onConflict", limits.onConflict().name());
        }
        put(map, "maxPending", limits.maxPending());
        return JsonText.of(map);
    }

    private static void put(Map<String, Object> map, String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value instanceof Rate rate ? rate.toString() : value);
        }
    }

    public static @Nullable Limits readNullable(@Nullable String json) {
        return json == null ? null : read(json);
    }

    public static Limits read(String json) {
        Map<String, Object> map = JsonReader.object(json);
        return new Limits(
                number(map.get("concurrency")),
                number(map.get("perKey")),
                rate(map.get("rate")),
                rate(map.get("ratePerKey")),
                map.get("onConflict") instanceof String text ? OnConflict.valueOf(text) : OnConflict.WAIT,
                number(map.get("maxPending")));
    }

    private static @Nullable Integer number(@Nullable Object value) {
        return value instanceof Number number ? (Integer) number.intValue() : null;
    }

    private static @Nullable Rate rate(@Nullable Object value) {
        return value instanceof String text ? Rate.parse(text) : null;
    }
}
