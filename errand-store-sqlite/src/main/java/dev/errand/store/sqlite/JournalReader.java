package dev.errand.store.sqlite;

import dev.errand.Event;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Reads what {@link Journal} wrote. */
final class JournalReader {
    private final byte[] bytes;
    private final long position;
    private final long base;
    private final long node;
    private final IntFunction<String> tasks;
    private int at;
    private RunId run = new RunId(0, 0);
    private int task;
    private int attempt;
    private @Nullable String name;

    /** A row, and how to get from the numbers of tasks to their ids. */
    JournalReader(byte[] bytes, long position, long base, long node, IntFunction<String> tasks) {
        this.bytes = bytes;
        this.position = position;
        this.base = base;
        this.node = node;
        this.tasks = tasks;
    }

    long position() {
        return position;
    }

    List<Event> events() {
        List<Event> events = new ArrayList<>();
        while (at < bytes.length) {
            events.add(event((position << Journal.INDEX_BITS) + events.size()));
        }
        return events;
    }

    private Event event(long place) {
        int kind = bytes[at++];
        long time = base + signed();
        if ((kind & Journal.SAME_RUN) == 0) {
            run = new RunId(fixed(), fixed());
            task = (int) number();
            attempt = (int) number();
            name = text();
        }
        return switch (kind & ~Journal.SAME_RUN) {
            case Journal.STATE -> {
                int states = bytes[at++] & 0xFF;
                int from = states >>> 4;
                yield make(
                        place,
                        Event.STATE,
                        time,
                        from == Journal.NO_STATE ? null : States.of(from),
                        States.of(states & 15),
                        null);
            }
            case Journal.NOTED -> make(place, Event.NOTED, time, null, null, null);
            default -> {
                String raised = text();
                String data = text();
                yield make(place, raised == null ? "" : raised, time, null, null, data == null ? null : new Json(data));
            }
        };
    }

    private Event make(
            long place, String event, long time, @Nullable RunState from, @Nullable RunState to, @Nullable Json data) {
        return new Event(
                place, event, Times.instant(time), run, tasks.apply(task), name, attempt, node, from, to, data);
    }

    private @Nullable String text() {
        int length = (int) number();
        if (length == 0) {
            return null;
        }
        at += length - 1;
        return new String(bytes, at - length + 1, length - 1, StandardCharsets.UTF_8);
    }

    private long fixed() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = (value << 8) | (bytes[at++] & 0xFF);
        }
        return value;
    }

    private long signed() {
        long value = number();
        return (value >>> 1) ^ -(value & 1);
    }

    private long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
