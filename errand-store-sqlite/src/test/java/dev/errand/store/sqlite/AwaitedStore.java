package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.TestClock;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A file whose runs trigger others and await them, and what tests do with it. */
abstract class AwaitedStore {
    static final String PARENT = "parent";
    static final String CHILD = "child";

    final TestClock clock = new TestClock();
    final SqliteFixture fixture = new SqliteFixture();
    Store store;

    @BeforeEach
    void open() {
        store = fixture.open(clock);
        store.join("first", 100);
    }

    @AfterEach
    void close() {
        store.close();
        fixture.close();
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    RunId enqueue(String task) {
        NewRun run = NewRuns.of(task, clock).build();
        store.enqueue(List.of(run));
        return run.id();
    }

    NewRun child(RunId parent) {
        return NewRuns.of(CHILD, clock).options(NewRuns.childOf(parent)).build();
    }

    Claim claim(String task) {
        return await(store.claim(new ClaimRequest(1, Set.of(task)))).getFirst();
    }

    void record(Report... reports) {
        assertThat(await(store.record(List.of(reports)))).containsOnly(Receipt.RECORDED);
    }

    Report.Ended completed(Claim claim) {
        byte[] output = "\"done\"".getBytes(StandardCharsets.UTF_8);
        return new Report.Ended(claim, RunState.COMPLETED, clock.instant(), clock.instant(), output, null, null, false);
    }

    Report.Waiting waiting(Claim claim, boolean any, List<RunId> awaited) {
        Instant now = clock.instant();
        return new Report.Waiting(claim, now, now, List.of(), null, new Report.Awaits(awaited, List.of(), any));
    }

    /** The step of this position triggers these runs. */
    Spawn spawn(Claim claim, int position, boolean awaited, List<NewRun> children) {
        StepEntry step = new StepEntry(position, "child#" + position, CHILD, 1, clock.instant(), null, null, null);
        return new Spawn(claim, step, children, awaited);
    }

    void spawnAwaited(Claim claim, int position, NewRun... children) {
        assertThat(store.spawn(spawn(claim, position, true, List.of(children)))).isEqualTo(Receipt.RECORDED);
    }

    /** A run that waits for one that it triggered. Answers the other. */
    RunId awaitOne(RunId parent) {
        NewRun child = child(parent);
        Claim claim = claim(PARENT);
        assertThat(claim.run()).isEqualTo(parent);
        spawnAwaited(claim, 1, child);
        record(waiting(claim, false, List.of(child.id())));
        return child.id();
    }

    RunState state(RunId run) {
        return store.find(run).orElseThrow().state();
    }

    AwaitedEnd end(RunId parent, RunId child) {
        List<AwaitedEnd> ends = store.ends(parent, List.of(child));
        assertThat(ends).hasSize(1);
        return ends.getFirst();
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.executeUpdate(text);
            }
            connection.commit();
        }
    }

    int count(String query) throws SQLException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.getInt(1);
        }
    }

    List<String> plan(String statement) throws SQLException {
        try (Connection connection = fixture.connect();
                PreparedStatement explain = connection.prepareStatement("explain query plan " + statement)) {
            for (int i = 1; i <= explain.getParameterMetaData().getParameterCount(); i++) {
                explain.setLong(i, 1);
            }
            List<String> plan = new ArrayList<>();
            try (ResultSet rows = explain.executeQuery()) {
                while (rows.next()) {
                    plan.add(rows.getString(4));
                }
            }
            return plan;
        }
    }
}
