package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.EventPart;
import dev.errand.EventReader;
import dev.errand.Role;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Surroundings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The log of events, part by part: what there is after a cursor, or what comes. */
final class LogQuestions {
    private static final String CURSOR = "cursor";
    private static final Duration LOOK = Duration.ofSeconds(4);

    private record End(String cursor) {}

    private final Errand errand;
    private final BooleanSupplier ending;

    private LogQuestions(Surroundings around) {
        this.errand = around.errand();
        this.ending = around.ending();
    }

    static List<Question> of(Surroundings around) {
        LogQuestions log = new LogQuestions(around);
        return List.of(
                Question.get(
                        "/events/end", call -> new End(log.errand.eventLog().end())),
                Question.post("/events/read", log::read).by(Role.VIEWER),
                Question.post("/events/next", log::next).by(Role.VIEWER));
    }

    private static EventFilter filter(Fields body) {
        return Bodies.read(body, "filter", EventFilter.class, EventFilter.all());
    }

    private EventPart read(Call call) throws IOException {
        Fields body = call.json().only("filter", CURSOR, "limit");
        EventFilter filter = filter(body);
        String cursor = body.someText(CURSOR);
        Integer limit = body.wholeNumber("limit", 1, 1_000);
        return Asking.orMalformed(CURSOR, () -> errand.eventLog().read(filter, cursor, limit == null ? 1_000 : limit));
    }

    /** Answers with what follows as soon as there is something. */
    private EventPart next(Call call) throws IOException {
        Fields body = call.json().only("filter", CURSOR, WaitQuestions.WITHIN);
        EventFilter filter = filter(body);
        String cursor = body.someText(CURSOR);
        Duration within = WaitQuestions.longest(body);
        try (EventReader reader =
                Asking.orMalformed(CURSOR, () -> errand.eventLog().follow(filter, cursor))) {
            return next(reader, within);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(503, "The server is shutting down");
        }
    }

    private EventPart next(EventReader reader, Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        EventPart part = reader.next(least(within.toNanos()));
        long left = end - System.nanoTime();
        while (part.events().isEmpty() && part.missed() == 0 && left > 0 && !ending.getAsBoolean()) {
            part = reader.next(least(left));
            left = end - System.nanoTime();
        }
        return part;
    }

    private static Duration least(long nanos) {
        return Duration.ofNanos(Math.min(nanos, LOOK.toNanos()));
    }
}
