package dev.errand.server.queue;

import dev.errand.Errand;
import dev.errand.Queues;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Route;
import java.io.IOException;

/** Has nothing of a queue start any more, or things start again. What executes goes on. */
public final class PauseQueue implements Endpoint {
    private final Errand errand;

    public PauseQueue(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/queues/" + AskedQueue.PARAMETER + "/pause");
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Fields body = call.json();
        String action = body.someText("action");
        return after(AskedQueue.of(errand, call, body.text("type")), body, action);
    }

    /** How it reads once that was done. */
    static Answer after(AskedQueue queue, Fields body, String action) {
        return switch (action) {
            case "pause" -> queue.after(Queues::pause);
            case "resume" -> queue.after(Queues::resume);
            default -> throw body.refused("action", "pause or resume is needed");
        };
    }
}
