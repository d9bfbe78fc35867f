package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import java.io.IOException;
import java.util.List;

/** The engines that live on the store. */
final class NodeQuestions {
    private static final int MOST = 1_000_000;

    private record Told(long number, int concurrency) {}

    private NodeQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.get("/nodes", call -> Question.whole(errand.nodes())),
                Question.put("/nodes/{node}/concurrency", call -> concurrency(errand, call)),
                Question.post("/nodes/{node}/drain", call -> drained(errand, call)));
    }

    private static Told concurrency(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("concurrency");
        Integer concurrency = body.wholeNumber("concurrency", 1, MOST);
        if (concurrency == null) {
            throw body.refused("concurrency", "a whole number is needed, and missing");
        }
        long node = number(call);
        return told(node, concurrency, errand.nodeConcurrency(node, concurrency));
    }

    private static Told drained(Errand errand, Call call) {
        long node = number(call);
        return told(node, 0, errand.drainNode(node));
    }

    private static long number(Call call) {
        return call.parameter("node", Long::valueOf);
    }

    private static Told told(long node, int concurrency, boolean lives) {
        if (!lives) {
            throw Problem.notFound("No node %d lives".formatted(node));
        }
        return new Told(node, concurrency);
    }
}
