package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.store.Replay;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Stores runs that go on where others were; what they take over is copied within the database, however large it is. */
final class Replaying {
    private static final String POSITIONS = "(select value from json_each(?))";

    private static final String STEPS = """
              from step
             where run = (select number from run where id = ?) and position in %s
            """.formatted(POSITIONS);

    private static final String ENDS = """
              from awaited
             where run = (select number from run where id = ?) and kind = 0 and state > 0 and hex(subject) in %s
            """.formatted(POSITIONS);

    private static final String COUNT_STEPS = "select count(*)\n" + STEPS;
    private static final String COUNT_ENDS = "select count(*)\n" + ENDS;

    private static final String COPY_STEPS = """
            insert into step (run, position, attempt, started, ended, key, name, result, failure)
            select (select number from run where id = ?), position, 1, started, ended, key, name, result, failure
            """ + STEPS;

    private static final String COPY_ENDS = """
            insert into awaited (run, kind, subject, number, state, armed, ended, output, failure, reason)
            select (select number from run where id = ?), kind, subject, number, 2, 0, ended, output, failure, reason
            """ + ENDS;

    private Replaying() {}

    /** Claims of what this transaction stores are made after it. */
    static boolean replay(Tx tx, Replay replay) throws SQLException {
        byte[] of = Ids.bytes(replay.of());
        String positions = json(replay.positions());
        String awaited = json(replay.awaited().stream().map(Replaying::hex).toList());
        boolean there = tx.sql(COUNT_STEPS).set(of).set(positions).number()
                        == replay.positions().size()
                && tx.sql(COUNT_ENDS).set(of).set(awaited).number()
                        == replay.awaited().size();
        if (there && Enqueueing.enqueue(tx, List.of(replay.run())) > 0) {
            byte[] id = Ids.bytes(replay.run().id());
            tx.sql(COPY_STEPS).set(id).set(of).set(positions).update();
            tx.sql(COPY_ENDS).set(id).set(of).set(awaited).update();
        }
        return there;
    }

    private static String json(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }

    private static String hex(RunId run) {
        return '"' + HexFormat.of().withUpperCase().formatHex(Ids.bytes(run)) + '"';
    }
}
