package dev.errand.server.stream;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.Subscription;
import dev.errand.json.ApiJson;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Answers as soon as a run has ended, or with nothing once one has waited long enough. A virtual thread waits. */
final class AwaitEnd implements Endpoint {
    private static final Duration USUAL = Duration.ofSeconds(20);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Errand errand;
    private final Held held;

    AwaitEnd(Errand errand, Held held) {
        this.errand = errand;
        this.held = held;
    }

    @Override
    public Route route() {
        return Route.get(StreamEndpoints.BASE + "/runs/{run}/end");
    }

    @Override
    public Answer answer(Call call) throws InterruptedException {
        Duration asked = call.query().read("wait", AwaitEnd::duration);
        Run<Json> run = errand.run(call.parameter("run", RunId::of));
        RunInfo now = run.info();
        Duration wait = asked == null ? USUAL : asked;
        if (!now.state().isTerminal() && !call.isHead() && isOver(run, wait)) {
            now = run.info();
        }
        return now.state().isTerminal()
                ? Answer.bytes("application/json", ApiJson.bytes(now))
                : Answer.nothing();
    }

    private static Duration duration(String text) {
        Duration wait;
        try {
            wait = Duration.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a duration is needed, such as PT20S", e);
        }
        if (wait.isNegative() || wait.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a duration from PT0S to PT1M is needed");
        }
        return wait;
    }

    /** Waits; answers whether somebody said that there is something to be seen. */
    private boolean isOver(Run<Json> run, Duration wait) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        try (Held.Place place = held.take(over::countDown);
                Subscription end = run.onFinish(result -> over.countDown())) {
            return over.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
