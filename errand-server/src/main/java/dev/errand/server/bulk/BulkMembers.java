package dev.errand.server.bulk;

import dev.errand.BulkAction;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Members;
import dev.errand.server.call.Problem;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a bulk action reads. */
final class BulkMembers {
    /** Where all of them are. */
    static final String PATH = "/api/v1/bulk-actions";

    private BulkMembers() {}

    static Map<String, @Nullable Object> of(BulkAction action) {
        return Members.of("id", action.id())
                .put("name", action.name())
                .put("type", action.kind())
                .put("status", action.state())
                .put(
                        "counts",
                        Members.of("total", action.total())
                                .put("success", action.success())
                                .put("failure", action.failure())
                                .map())
                .put("createdAt", action.createdAt())
                .put("completedAt", action.endedAt())
                .map();
    }

    /** 404 for none. */
    static Answer answer(Optional<BulkAction> action) {
        return Answer.json(of(action.orElseThrow(() -> Problem.notFound("Bulk action not found"))));
    }
}
