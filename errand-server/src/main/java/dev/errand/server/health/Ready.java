package dev.errand.server.health;

import dev.errand.Errand;
import dev.errand.NodeInfo;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.util.function.BooleanSupplier;

/** Whether requests are well sent here: the store answers, this node claims runs if it is there for that, and nobody has begun to end it. */
public final class Ready implements Endpoint {
    private record Status(String status) {}

    private final Errand errand;
    private final BooleanSupplier ending;
    private final boolean works;

    /** @param ending whether the server is about to end */
    public Ready(Errand errand, BooleanSupplier ending) {
        this.errand = errand;
        this.ending = ending;
        this.works = errand.concurrency() > 0;
    }

    @Override
    public Route route() {
        return Route.get("/health/ready").open();
    }

    @Override
    public Answer answer(Call call) {
        if (ending.getAsBoolean()) {
            throw Problem.of(503, "The server is shutting down");
        }
        boolean claims = errand.nodes().stream().filter(NodeInfo::self).anyMatch(node -> node.concurrency() > 0);
        if (works && !claims) {
            throw Problem.of(503, "This node claims no runs: it was drained, or its lease was lost");
        }
        return Answer.json(new Status("ready"));
    }
}
