package dev.errand.server.queue;

import dev.errand.Errand;
import dev.errand.QueueInfo;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import dev.errand.server.wire.NumberedPage;
import java.util.List;

/** All queues by their names, then those that tasks have for themselves, page by page. */
public final class ListQueues implements Endpoint {
    private final Errand errand;

    public ListQueues(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get("/api/v1/queues");
    }

    @Override
    public Answer answer(Call call) {
        NumberedPage page = NumberedPage.read(call.query());
        List<QueueInfo> all = errand.queues().list();
        return Answer.json(
                page.answer(page.of(all).stream().map(QueueMembers::of).toList(), all.size()));
    }
}
