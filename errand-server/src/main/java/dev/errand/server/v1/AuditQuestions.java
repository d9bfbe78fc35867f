package dev.errand.server.v1;

import dev.errand.AuditQuery;
import dev.errand.Errand;
import dev.errand.Role;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import java.util.List;
import java.util.Set;

/** Who changed what; for administrators. */
final class AuditQuestions {
    private static final Set<String> NAMES = Set.of("key", "from", "until", "limit", RunListing.CURSOR);

    private AuditQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(Question.get(
                        "/audit", call -> errand.operations().audit().list(query(call.query())))
                .by(Role.ADMIN));
    }

    private static AuditQuery query(Query asked) {
        for (String name : asked.names()) {
            if (!NAMES.contains(name)) {
                throw Problem.malformed(name, "the audit log cannot be listed by that");
            }
        }
        return AuditQuery.all()
                .key(asked.text("key"))
                .from(asked.read("from", RunListing::time))
                .until(asked.read("until", RunListing::time))
                .limit(asked.number("limit", 1, 1_000, 100))
                .after(asked.text(RunListing.CURSOR));
    }
}
