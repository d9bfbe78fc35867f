package dev.errand.layout;

import dev.errand.RunId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A database with the tables of a candidate, what is done in it, and whether all of that was right. */
final class Arena implements AutoCloseable {
    private static final int LANES = 2;
    private static final int THREADS = 16;
    private static final int ELSEWHERE = 1_000;
    private static final int HEAD_START = 60;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private static final String OTHERS = """
            select count(*)
              from pg_stat_activity
             where datname = current_database() and application_name = 'errand-layout' and pid <> pg_backend_pid()
            """;
    private static final String BYTES = """
            select sum(pg_total_relation_size(oid))
              from pg_class
             where relnamespace = 'errand'::regnamespace and relkind = 'r'
            """;
    private static final String DEAD =
            "select sum(n_tup_upd + n_tup_del) from pg_stat_user_tables where schemaname = 'errand'";

    private final Server server;
    private final Candidate candidate;
    private final String database;
    private final Db db;
    private int numbers;
    private long ended;
    private long left;
    private boolean verified = true;

    /** Empty, but for runs that want a tag which no node here has. */
    Arena(Server server, Candidate candidate) throws SQLException {
        this.server = server;
        this.candidate = candidate;
        this.database = server.createDatabase();
        this.db = new Db(server.url(database));
        db.run(candidate.tables());
        bulk(runs(ELSEWHERE, NewRun.ELSEWHERE, _ -> null));
        left = ELSEWHERE;
    }

    /** Runs without a limit, one in ten with a head start. */
    List<NewRun> plain(int count) {
        return runs(count, NewRun.PLAIN, _ -> null);
    }

    /** Runs limited to one at a time for each key: of so many keys in turn, so many of a key together. */
    List<NewRun> keyed(int count, int keys, int together) {
        return runs(count, NewRun.KEYED, i -> "customer-" + i / together % keys);
    }

    private List<NewRun> runs(int count, int task, IntFunction<@Nullable String> key) {
        List<NewRun> runs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int priority = i % 10 == 9 ? HEAD_START : 0;
            runs.add(new NewRun(RunId.next(), numbers++, task, priority, key.apply(i), Micros.now()));
        }
        return runs;
    }

    /** Stores them, a thousand in a commit; answers runs a second. */
    double bulk(List<NewRun> runs) throws SQLException {
        try (Enqueuer enqueuer = new Enqueuer(server.url(database), candidate, keyed(runs))) {
            long start = System.nanoTime();
            enqueuer.bulk(runs);
            return perSecond(runs, start);
        }
    }

    /** Stores them from 16 threads, each waiting for its run; answers runs a second. */
    double oneByOne(List<NewRun> runs) throws Exception {
        try (Enqueuer enqueuer = new Enqueuer(server.url(database), candidate, keyed(runs))) {
            long start = System.nanoTime();
            enqueuer.oneByOne(runs, THREADS);
            return perSecond(runs, start);
        }
    }

    /** Claims and ends what was stored last, by two nodes; answers runs a second. */
    double drain(List<NewRun> runs) throws Exception {
        Work work = new Work(runs.getFirst().number(), runs.size());
        List<Lane> lanes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(LANES)) {
            for (int i = 0; i < LANES; i++) {
                lanes.add(new Lane(server.url(database), candidate, keyed(runs), work));
            }
            long start = System.nanoTime();
            for (Future<?> lane : threads.invokeAll(lanes)) {
                lane.get();
            }
            double rate = perSecond(runs, start);
            ended += runs.size();
            verified &= work.isClean() && isRight();
            return rate;
        } finally {
            for (Lane lane : lanes) {
                lane.close();
            }
        }
    }

    private static boolean keyed(List<NewRun> runs) {
        return runs.getFirst().key() != null;
    }

    private static double perSecond(List<NewRun> runs, long start) {
        return runs.size() * 1e9 / (System.nanoTime() - start);
    }

    /** Whether the tables say that all that was drained has ended, and nothing else. */
    private boolean isRight() throws SQLException {
        return db.number(candidate.countEnded()) == ended
                && db.number(candidate.countLeft()) == left
                && db.number("select count(*) from errand.permit") == 0;
    }

    /** Adds finished runs and delayed ones, which nobody here waits for, and lets the server settle. */
    void addHistory(int finished, int delayed) throws SQLException {
        db.run(candidate
                .history()
                .replace(":finished", String.valueOf(finished))
                .replace(":delayed", String.valueOf(delayed))
                .replace(":due", String.valueOf(Micros.now() + TimeUnit.DAYS.toMicros(1)))
                .replace(":payload", "'" + NewRun.PAYLOAD + "'"));
        db.run("vacuum analyze");
        ended += finished;
        left += delayed;
    }

    /** Opens a transaction with an id and a snapshot, which holds back all that dies after it until it is closed. */
    Db openSnapshot() throws SQLException {
        Db snapshot = new Db(server.url(database));
        snapshot.run("set application_name = 'errand-layout-snapshot'");
        snapshot.begin();
        snapshot.run(
                "set transaction isolation level repeatable read; select pg_current_xact_id(), count(*) from pg_class");
        return snapshot;
    }

    boolean verified() {
        return verified;
    }

    /** Of all tables with their indexes, after what is dead was taken out as far as that is possible. */
    long bytes() throws SQLException {
        db.run("vacuum");
        return db.number(BYTES);
    }

    /** Of the table that claims look through; without its indexes. */
    long hotTable() throws SQLException {
        return db.number("select pg_table_size('errand." + candidate.hotTable() + "')");
    }

    long hotIndexes() throws SQLException {
        return db.number("select pg_indexes_size('errand." + candidate.hotTable() + "')");
    }

    /** How many versions of rows have died so far, by updates and deletions. */
    long deadVersions() throws SQLException {
        long deadline = System.nanoTime() + PATIENCE;
        while (db.number(OTHERS) > 0
                && System.nanoTime() < deadline) { // connections report what they did when they end
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return db.number(DEAD);
    }

    @Override
    public void close() throws SQLException {
        db.close();
        server.dropDatabase(database);
    }
}
