package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.PurgeCounts;
import dev.errand.RunId;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Many runs are purged while somebody keeps one of them locked. */
class PurgingTest extends TwoNodes {
    @Test
    void theOthersWaitForNobody() throws Exception {
        List<NewRun> runs = NewRuns.many(3, "greet", CLOCK);
        for (NewRun run : runs) {
            first.enqueue(List.of(run)); // each in a row of its own
        }
        List<RunId> ids = runs.stream().map(NewRun::id).sorted().toList();
        try (Connection user = server.connect(database)) {
            user.setAutoCommit(false);
            execute(user, "select * from errand.chunk where first = '" + Ids.uuid(ids.getLast()) + "' for update");
            CompletableFuture<PurgeCounts> purged = aside(() -> second.purge(ids, true));
            await("select count(*) from errand.run", 1);
            awaitBlocked(1);
            assertThat(purged).isNotDone();
            user.rollback();
            assertThat(get(purged)).isEqualTo(new PurgeCounts(3, 0));
            await("select count(*) from errand.run", 0);
        }
    }
}
