package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.NewRun;
import dev.errand.store.Report;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Stores the runs that bodies trigger as steps, in the commit of these steps. */
final class Spawning {
    private Spawning() {}

    /** Before the transaction: numbers of tasks and lines are known to all before anything refers to them. */
    static void learn(Surroundings surroundings, Database database, List<Report> reports) throws SQLException {
        List<NewRun> runs = new ArrayList<>();
        for (Report report : reports) {
            if (report instanceof Report.Spawned spawned) {
                runs.addAll(spawned.runs());
            }
        }
        if (!runs.isEmpty() && surroundings.tasks().learn(database, runs)) {
            surroundings.committed(EnumSet.of(Notice.TASKS));
        }
    }

    /**
     * Their steps are written, and the claims locked.
     *
     * @param careful whether some may be stored already; where they are not taken to be, the commit fails, and is tried again with care
     */
    static void store(Tx tx, List<Report.Spawned> reports, boolean careful) throws SQLException {
        List<NewRun> runs = new ArrayList<>();
        Set<RunId> ids = new HashSet<>();
        for (Report.Spawned report : reports) {
            report.runs().stream().filter(run -> ids.add(run.id())).forEach(runs::add);
        }
        if (careful && !runs.isEmpty()) {
            runs = Enqueueing.unknown(tx.database(), runs);
        }
        if (!runs.isEmpty()) {
            store(tx, runs);
        }
        Awaiting.add(tx, reports);
    }

    private static void store(Tx tx, List<NewRun> runs) throws SQLException {
        if (!Conflicts.any(tx.tasks(), runs)) {
            Enqueueing.storeWithin(tx, runs);
            return;
        }
        tx.sql(Connections.BRIEFLY).each(row -> {});
        Conflicts.storeWithin(tx, runs);
        boolean more = true;
        while (more) {
            more = Untold.tell(tx);
        }
    }
}
