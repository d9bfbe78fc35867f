package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.store.postgres.server.PostgresServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A process that commits steps with what they write, as fast as it goes, is killed some moment after one of its first commits, again
 * and again. In the end each run's entries in the user's table, the results of its steps, its output and the runs it triggered are the
 * same.
 */
@Execution(ExecutionMode.CONCURRENT)
class TransactionKillTest {
    private static final int KILLS = Effort.full() ? 200 : Effort.kills();
    private static final int RUNS_BETWEEN = 12;
    private static final int MOST_COMMITS = 100;
    private static final int LONGEST_PAUSE_NANOS = 3_000_000;
    private static final long SEED = Long.getLong("errand.seed", 20_261_122);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Test
    void whatAStepWritesAndThatItIsDoneAreOneWhateverIsKilled(@TempDir Path folder) throws Exception {
        kill(Stand.sqlite(folder));
    }

    @Test
    void theyAreOnPostgresqlToo(@TempDir Path folder) throws Exception {
        kill(Stand.postgresql(PostgresServer.shared(), folder));
    }

    private static void kill(Stand stand) throws Exception {
        String url = stand.url();
        Random random = new Random(SEED);
        try (Errand errand = Errand.builder()
                .store(url)
                .tasks(LedgerWorker.BOOK, LedgerWorker.TELL)
                .concurrency(0)
                .open()) {
            stand.execute("create table ledger (run varchar(40), entry varchar(40))");
            List<Run<List<String>>> runs = new ArrayList<>();
            Set<String> acknowledged = new TreeSet<>();
            Set<String> struck = new TreeSet<>();
            for (int kill = 0; kill < KILLS; kill++) {
                runs.addAll(errand.triggerAll(LedgerWorker.BOOK, Collections.nCopies(RUNS_BETWEEN, kill)));
                Process worker = start(stand, ProcessBuilder.Redirect.PIPE);
                acknowledged.addAll(read(worker, 1 + random.nextInt(MOST_COMMITS)));
                LockSupport.parkNanos(random.nextInt(LONGEST_PAUSE_NANOS));
                worker.destroyForcibly().waitFor();
                stand.endLease(worker.pid());
                struck.addAll(inTheMidst(url));
            }
            runs.addAll(errand.triggerAll(LedgerWorker.BOOK, Collections.nCopies(RUNS_BETWEEN, KILLS)));
            Process last = start(stand, ProcessBuilder.Redirect.DISCARD);
            try {
                judge(errand, url, runs, acknowledged);
                assertThat(struck).as("runs struck in their midst").isNotEmpty();
                note(
                        stand.name(),
                        "%d times SIGKILL, seed %d | %,d | %,d | %,d | 0"
                                .formatted(
                                        KILLS, SEED, runs.size(), runs.size() * LedgerWorker.ENTRIES, struck.size()));
            } finally {
                last.destroyForcibly().waitFor();
            }
        }
    }

    private static Process start(Stand stand, ProcessBuilder.Redirect said) throws IOException {
        return JavaProcess.builder(LedgerWorker.class, stand.log(), stand.url())
                .redirectOutput(said)
                .start();
    }

    /** Waits until it has committed so many entries, and answers which. */
    private static List<String> read(Process worker, int many) throws IOException {
        BufferedReader said = worker.inputReader();
        List<String> entries = new ArrayList<>();
        while (entries.size() < many) {
            String entry = said.readLine();
            assertThat(entry).as("it works").isNotNull();
            entries.add(entry);
        }
        return entries;
    }

    private static void judge(Errand errand, String url, List<Run<List<String>>> runs, Set<String> acknowledged)
            throws Exception {
        for (Run<List<String>> run : runs) {
            run.result(PATIENCE);
        }
        Map<String, Set<String>> ledger = new HashMap<>();
        int entries = readLedger(url, ledger);
        for (Run<List<String>> run : runs) {
            RunInfo info = run.info();
            assertThat(info.state()).as("%s: %s", run.id(), info).isEqualTo(RunState.COMPLETED);
            Set<String> output = new TreeSet<>(run.await(PATIENCE));
            assertThat(output).as("output of %s", run.id()).hasSize(LedgerWorker.ENTRIES);
            assertThat(ledger.get(run.id().toString()))
                    .as("entries of %s", run.id())
                    .isEqualTo(output);
            assertThat(run.steps().stream().map(Step::result).map(TransactionKillTest::text))
                    .as("steps of %s", run.id())
                    .containsExactlyInAnyOrderElementsOf(output);
        }
        Set<String> all = ledger.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        assertThat(all).as("entries whose commit was told of").containsAll(acknowledged);
        assertThat(entries).as("entries in all").isEqualTo(runs.size() * LedgerWorker.ENTRIES);
        assertThat(told(errand)).as("runs triggered by them").containsExactlyInAnyOrderElementsOf(all);
    }

    private static String text(Object json) {
        return json.toString().replace("\"", "");
    }

    private static int readLedger(String url, Map<String, Set<String>> ledger) throws SQLException {
        int count = 0;
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select run, entry from ledger")) {
            while (rows.next()) {
                count++;
                ledger.computeIfAbsent(rows.getString(1), run -> new TreeSet<>())
                        .add(rows.getString(2));
            }
        }
        return count;
    }

    private static List<String> told(Errand errand) {
        List<String> names = new ArrayList<>();
        RunQuery query = RunQuery.all().tasks(LedgerWorker.TELL.id()).limit(1_000);
        Optional<String> next;
        do {
            Page<RunInfo> page = errand.runs(query);
            page.items().forEach(run -> names.add(run.name()));
            next = page.next();
            query = next.map(query::after).orElse(query);
        } while (next.isPresent());
        return names;
    }

    /** Runs that have some of their entries. */
    private static List<String> inTheMidst(String url) throws SQLException {
        List<String> runs = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select run from ledger group by run having count(*) < " + LedgerWorker.ENTRIES)) {
            while (rows.next()) {
                runs.add(rows.getString(1));
            }
        }
        return runs;
    }

    private static void note(String store, String row) throws IOException {
        Path notes = Files.createDirectories(Path.of("target", "check-notes")).resolve("transactions-" + store + ".md");
        String text = "\n## Processes killed in transactions that are steps, on " + store + "\n\n"
                + "| what was done | runs | entries | struck in their midst | promises broken |\n"
                + "| --- | ---: | ---: | ---: | ---: |\n| " + row + " |\n";
        Files.writeString(notes, text);
        System.out.print(text);
    }
}
