package dev.errand.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Who takes part.
 *
 * <p>Each has as many runs as keep it busy for some seconds: a share of those that Errand has.
 */
enum Contestant {
    ERRAND("errand", "Errand", 1, true, true, "as it comes; triggerAll of 1,000"),
    GRAPHILE_WORKER(
            "graphile-worker",
            "graphile-worker 0.18.0",
            0.5,
            true,
            false,
            "local queue 500, batched completion, 24 concurrent jobs, addJobs of 10,000"),
    PG_BOSS("pg-boss", "pg-boss 12.38.0", 0.5, true, true, "notify, batches of 1,000, burst, insert of 10,000"),
    DB_SCHEDULER(
            "db-scheduler",
            "db-scheduler 16.12.0",
            0.2,
            true,
            false,
            "lock-and-fetch 0.5/4.0, 32 threads, poll 100 ms, immediate execution, scheduleBatch of 1,000"),
    JOBRUNR(
            "jobrunr",
            "JobRunr 8.7.0",
            0.05,
            true,
            true,
            "HikariCP 20, 32 workers on virtual threads, poll 5 s, enqueue of 5,000"),
    QUARTZ(
            "quartz",
            "Quartz 2.5.2",
            0.01,
            true,
            false,
            "clustered JobStoreTX, 32 threads, batches of 32, idle wait 1 s"),
    DBOS("dbos", "DBOS 1.1.0-m6", 0.025, false, true, "queue without limits, poll 10 ms");

    private final String id;
    private final String title;
    private final double share;
    private final boolean bulk;
    private final boolean history;
    private final String configuration;

    Contestant(String id, String title, double share, boolean bulk, boolean history, String configuration) {
        this.id = id;
        this.title = title;
        this.share = share;
        this.bulk = bulk;
        this.history = history;
        this.configuration = configuration;
    }

    /** What users call it on the command line. */
    String id() {
        return id;
    }

    /** With its version, if it is not ours. */
    String title() {
        return title;
    }

    /** How it is set. */
    String configuration() {
        return configuration;
    }

    /** Whether it can trigger many runs at once. */
    boolean bulk() {
        return bulk;
    }

    /** Whether its bodies can have steps that are recorded. */
    boolean steps() {
        return this == ERRAND || this == DBOS;
    }

    /** Whether it keeps runs that have ended. */
    boolean history() {
        return history;
    }

    /** How many runs it gets where Errand gets so many. */
    int runs(int ofErrand) {
        return Math.max((int) (ofErrand * share), 100);
    }

    /** How long after its trigger a run may start before it counts as left behind: a second, or what its polling takes. */
    long patienceMillis() {
        return this == JOBRUNR ? 11_000 : 1_000;
    }

    /** Whether it runs on Node. */
    boolean onNode() {
        return this == GRAPHILE_WORKER || this == PG_BOSS;
    }

    /** How its process is started. */
    List<String> command(Path nodeFolder) {
        if (onNode()) {
            Path node = nodeFolder.resolve("node_modules/node/bin/node");
            return List.of(node.toString(), nodeFolder.resolve("peer.mjs").toString(), id);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.errand.compare.peer.PeerProcess",
                id);
    }

    static Contestant of(String id) {
        return Arrays.stream(values())
                .filter(contestant -> contestant.id.equals(id.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + id
                        + "' is no engine that can be compared; these are: "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(Contestant::id).toList())));
    }
}
