package dev.errand.json;

import dev.errand.BatchId;
import dev.errand.CatchUp;
import dev.errand.Debounce;
import dev.errand.IdempotencyKey;
import dev.errand.Json;
import dev.errand.Machine;
import dev.errand.Overlap;
import dev.errand.RunId;
import dev.errand.Schedule;
import dev.errand.TokenId;
import dev.errand.TriggerOptions;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records of the API with something in each component, or with nothing wherever that may be. */
final class Samples {
    private static final Instant TIME = Instant.parse("2026-12-24T18:30:00.123456Z");

    private static final TriggerOptions OPTIONS = TriggerOptions.none()
            .name("nightly")
            .tags("a", "b")
            .priority(7)
            .metadata(Map.of("rate", new BigDecimal("1.50"), "list", List.of(1, true)));

    private static final Map<Class<?>, Object> VALUES = Map.ofEntries(
            Map.entry(String.class, "tëxt \" with \\ all\n"),
            Map.entry(int.class, 3),
            Map.entry(long.class, 1L << 60),
            Map.entry(double.class, 1.5),
            Map.entry(boolean.class, true),
            Map.entry(Integer.class, 5),
            Map.entry(Long.class, 1L << 61),
            Map.entry(Boolean.class, true),
            Map.entry(Instant.class, TIME),
            Map.entry(Duration.class, Duration.ofSeconds(90, 1_000)),
            Map.entry(Json.class, new Json("{\"a\":1.50,\"b\":[null,\"ü\",12345678901234567890]}")),
            Map.entry(RunId.class, RunId.of("run_01jfxk3v5e7008000000000001")),
            Map.entry(BatchId.class, BatchId.of("batch_01jfxk3v5e7008000000000002")),
            Map.entry(TokenId.class, TokenId.of("token_01jfxk3v5e7008000000000003")),
            Map.entry(Machine.class, Machine.of(1.5, 4)),
            Map.entry(
                    Schedule.class,
                    Schedule.cron("30 2 * * MON-FRI")
                            .zone(ZoneId.of("Europe/Berlin"))
                            .catchUp(CatchUp.all(4))
                            .overlap(Overlap.QUEUE_ONE)
                            .options(OPTIONS)),
            Map.entry(
                    TriggerOptions.class,
                    OPTIONS.debounce(Debounce.of("d", Duration.ofSeconds(1)))
                            .idempotencyKey(IdempotencyKey.of("order-17").shownAs("17"))));

    private Samples() {}

    /** One with everything. */
    static Object full(Class<?> type) {
        return value(type, true);
    }

    /** One with nothing in it but what must be. */
    static Object bare(Class<?> type) {
        Object known = VALUES.get(type);
        return known == null ? record(type, false) : known;
    }

    private static Object value(Type type, boolean full) {
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == Map.class) {
                Type key = generic.getActualTypeArguments()[0];
                return last == Object.class
                        ? Map.of("a", 1, "b", List.of("c", new BigDecimal("2.50")))
                        : Map.of(value(key, full), value(last, full));
            }
            return generic.getRawType() == Set.class ? Set.of(value(last, full)) : List.of(value(last, full));
        }
        Class<?> plain = (Class<?>) type;
        Object known = VALUES.get(plain);
        if (known != null) {
            return known;
        }
        return plain.isEnum() ? plain.getEnumConstants()[0] : record(plain, full);
    }

    private static Object record(Class<?> type, boolean full) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable
        Object[] values = Arrays.stream(components)
                .map(each -> full || !isNullable(each) ? value(each.getGenericType(), full) : null)
                .toArray();
        try {
            return type.getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class[]::new))
                    .newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no sample of " + type, e);
        }
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }
}
