package dev.errand.store.format;

import dev.errand.Event;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Reads what {@link EventEncoder} wrote. */
public final class EventDecoder {
    private final BytesReader body;
    private final long position;
    private final long base;
    private final long node;
    private final IntFunction<String> tasks;
    private RunId run = RunId.NONE;
    private int task;
    private int attempt;
    private @Nullable String name;

    /** A row, and how to get from the numbers of tasks to their ids. */
    public EventDecoder(byte[] bytes, long position, long base, long node, IntFunction<String> tasks) {
        this.body = new BytesReader(bytes);
        this.position = position;
        this.base = base;
        this.node = node;
        this.tasks = tasks;
    }

    public long position() {
        return position;
    }

    public List<Event> events() {
        List<Event> events = new ArrayList<>();
        while (!body.isAtEnd()) {
            events.add(event((position << EventEncoder.INDEX_BITS) + events.size()));
        }
        return events;
    }

    private Event event(long place) {
        int kind = body.get();
        long time = base + body.signed();
        if ((kind & EventEncoder.SAME_RUN) == 0) {
            long high = run.high() + body.signed();
            run = new RunId(high, run.low() ^ Long.rotateRight(body.number(), 6));
            task = (int) body.number();
            attempt = (int) body.number();
            name = body.text();
        }
        return switch (kind & ~EventEncoder.SAME_RUN) {
            case EventEncoder.STATE -> {
                int states = body.get();
                int from = states >>> 4;
                yield make(
                        place,
                        Event.STATE,
                        time,
                        from == EventEncoder.NO_STATE ? null : States.of(from),
                        States.of(states & 15),
                        null);
            }
            case EventEncoder.NOTED -> make(place, Event.NOTED, time, null, null, null);
            default -> {
                String raised = body.text();
                String data = body.text();
                yield make(place, raised == null ? "" : raised, time, null, null, data == null ? null : new Json(data));
            }
        };
    }

    private Event make(
            long place, String event, long time, @Nullable RunState from, @Nullable RunState to, @Nullable Json data) {
        String id = run.equals(RunId.NONE) ? "" : tasks.apply(task);
        return new Event(place, event, Times.instant(time), run, id, name, attempt, node, from, to, data);
    }
}
