package dev.errand.server.queue;

import dev.errand.Errand;
import dev.errand.QueueInfo;
import dev.errand.TaskQueue;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Route;
import dev.errand.server.wire.NumberedPage;
import java.io.IOException;
import java.util.List;

/** How many runs may execute at a time, by the names of what limits them: queues that have such a limit. They read as queues do. */
record LimitRoute(Route route, Way way) implements Endpoint {
    private static final String ALL = "/api/v1/concurrency-limits";
    private static final String ONE = ALL + "/" + AskedQueue.PARAMETER;

    /** How it is answered. */
    @FunctionalInterface
    interface Way {
        Answer answer(Call call) throws IOException;
    }

    static List<Endpoint> of(Errand errand) {
        return List.of(
                new LimitRoute(Route.get(ALL), call -> all(errand, call)),
                new LimitRoute(Route.get(ONE), call -> asked(errand, call).answer()),
                new LimitRoute(Route.post(ONE + "/override"), call -> overridden(errand, call)),
                new LimitRoute(Route.post(ONE + "/pause"), call -> paused(errand, call)),
                new LimitRoute(
                        Route.post(ONE + "/reset"),
                        call -> asked(errand, call).after((queues, name) -> queues.limitConcurrency(name, null))));
    }

    @Override
    public Answer answer(Call call) throws IOException {
        return way.answer(call);
    }

    private static Answer all(Errand errand, Call call) {
        NumberedPage page = NumberedPage.read(call.query());
        List<QueueInfo> all =
                errand.queues().list().stream().filter(LimitRoute::isLimited).toList();
        return Answer.json(
                page.answer(page.of(all).stream().map(QueueMembers::of).toList(), all.size()));
    }

    private static boolean isLimited(QueueInfo queue) {
        return !queue.name().startsWith(TaskQueue.OF_TASK)
                && (queue.limits().concurrency() != null || queue.base().concurrency() != null);
    }

    private static AskedQueue asked(Errand errand, Call call) {
        return AskedQueue.of(errand, call, "custom");
    }

    private static Answer overridden(Errand errand, Call call) throws IOException {
        int limit = OverrideConcurrency.limit(call.json());
        return asked(errand, call).after((queues, name) -> queues.limitConcurrency(name, limit));
    }

    /** With {@code "action": "resume"} things start again. */
    private static Answer paused(Errand errand, Call call) throws IOException {
        Fields body = call.json();
        String action = body.text("action");
        return PauseQueue.after(asked(errand, call), body, action == null ? "pause" : action);
    }
}
