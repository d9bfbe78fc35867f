package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.Subscription;
import dev.errand.Value;
import dev.errand.ValueInfo;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Surroundings;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions that are answered once something has happened, or a time has passed: whoever still wants to know asks again. They wait on the call's
 * own thread, a virtual one.
 */
final class WaitQuestions {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    static final String WITHIN = "within";

    /** How often it is looked whether the server ends, which gives answers less than that to go out. */
    private static final Duration LOOK = Duration.ofSeconds(4);

    private static final int PAGE = 500;

    /** Those of the runs that were asked about that have ended, or are gone. */
    private record Ended(List<RunId> ended) {}

    /** Null if there was none in time. */
    private record Found(@Nullable Event event) {}

    private final Errand errand;
    private final BooleanSupplier ending;

    private WaitQuestions(Surroundings around) {
        this.errand = around.errand();
        this.ending = around.ending();
    }

    static List<Question> of(Surroundings around) {
        WaitQuestions waits = new WaitQuestions(around);
        return List.of(
                Question.post("/runs/await", waits::ended).by(Role.VIEWER),
                Question.post("/events/await", waits::event).by(Role.VIEWER),
                Question.post("/values/{value}/await", waits::changed).by(Role.VIEWER));
    }

    /** Asks again and again until there is an answer, the time has passed, or the server ends. */
    private <T> Optional<T> within(Duration wait, Waiting<T> question) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        Optional<T> answer = question.ask(least(wait, LOOK));
        long left = end - System.nanoTime();
        while (answer.isEmpty() && left > 0 && !ending.getAsBoolean()) {
            answer = question.ask(least(Duration.ofNanos(left), LOOK));
            left = end - System.nanoTime();
        }
        return answer;
    }

    private interface Waiting<T> {
        Optional<T> ask(Duration patience) throws InterruptedException;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    static Duration longest(Fields body) {
        String text = body.text(WITHIN);
        try {
            Duration wait = text == null ? Duration.ZERO : Duration.parse(text);
            if (!wait.isNegative() && wait.compareTo(LONGEST) <= 0) {
                return wait;
            }
        } catch (DateTimeException e) {
            // Said below.
        }
        throw body.refused(WITHIN, "a time from PT0S to PT60S is needed");
    }

    /** An endpoint throws no such thing; the server that ends answers. */
    private static <T> T uninterrupted(Interruptible<T> question) {
        try {
            return question.ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(503, "The server is shutting down");
        }
    }

    private interface Interruptible<T> {
        T ask() throws InterruptedException;
    }

    // ── runs

    private Ended ended(Call call) throws IOException {
        Fields body = call.json().only("runs", "all", WITHIN);
        List<RunId> runs = Arrays.asList(Bodies.read(body, "runs", RunId[].class));
        if (runs.isEmpty() || runs.stream().anyMatch(Objects::isNull)) {
            throw body.refused("runs", "ids of runs are needed");
        }
        boolean all = Boolean.TRUE.equals(body.flag("all"));
        Duration wait = longest(body);
        return new Ended(uninterrupted(() -> ended(runs, all, wait)));
    }

    private List<RunId> ended(List<RunId> runs, boolean all, Duration wait) throws InterruptedException {
        List<Run<Json>> open = open(runs);
        boolean isEnough = open.isEmpty() || (!all && open.size() < runs.size());
        if (!isEnough && wait.isPositive()) {
            within(wait, patience -> {
                boolean done = all
                        ? errand.awaitAll(open, patience)
                        : errand.awaitAny(open, patience).isPresent();
                return done ? Optional.of(true) : Optional.empty();
            });
        }
        List<RunId> left = isEnough ? ids(open) : ids(open(ids(open)));
        List<RunId> ended = new ArrayList<>(runs);
        ended.removeAll(Set.copyOf(left));
        return ended;
    }

    private static List<RunId> ids(List<Run<Json>> runs) {
        return runs.stream().map(Run::id).toList();
    }

    /** Those that have not ended. */
    private List<Run<Json>> open(List<RunId> runs) {
        List<Run<Json>> open = new ArrayList<>();
        for (int from = 0; from < runs.size(); from += PAGE) {
            List<RunId> page = runs.subList(from, Math.min(from + PAGE, runs.size()));
            Map<RunId, RunInfo> found = new HashMap<>();
            errand.runs(RunQuery.all().ids(page.toArray(RunId[]::new)).limit(PAGE))
                    .items()
                    .forEach(info -> found.put(info.id(), info));
            page.forEach(id -> open(id, found.get(id)).ifPresent(open::add));
        }
        return open;
    }

    /** One that is not found may be in a transaction that is open. */
    private Optional<Run<Json>> open(RunId id, @Nullable RunInfo info) {
        try {
            return info != null && info.state().isTerminal() ? Optional.empty() : Optional.of(errand.run(id));
        } catch (RunNotFoundException e) {
            return Optional.empty();
        }
    }

    // ── events

    private Found event(Call call) throws IOException {
        Fields body = call.json().only("filter", WITHIN);
        EventFilter filter = Bodies.read(body, "filter", EventFilter.class, EventFilter.all());
        Duration wait = longest(body);
        return new Found(uninterrupted(() -> within(wait, patience -> errand.awaitEvent(filter, patience)))
                .orElse(null));
    }

    // ── values

    /** The value once it is of another version than somebody knows. */
    private ValueInfo changed(Call call) throws IOException {
        Fields body = call.json().only("version", WITHIN);
        String known = body.textOrNumber("version");
        Duration wait = longest(body);
        Value<Json> value = Asking.orMalformed("value", () -> errand.value(call.parameter("value"), Json.class));
        long version = Asking.orMalformed("version", () -> Long.parseLong(known == null ? "0" : known));
        return uninterrupted(() -> changed(value, version, wait));
    }

    private ValueInfo changed(Value<Json> value, long known, Duration wait) throws InterruptedException {
        CompletableFuture<ValueInfo> changed = new CompletableFuture<>();
        try (Subscription watch = value.watch(Thread::startVirtualThread, any -> {
            ValueInfo now = value.info();
            if (now.version() != known) {
                changed.complete(now);
            }
        })) {
            return within(wait, patience -> taken(changed, patience)).orElseGet(value::info);
        }
    }

    private static Optional<ValueInfo> taken(CompletableFuture<ValueInfo> changed, Duration patience)
            throws InterruptedException {
        try {
            return Optional.of(changed.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
