package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Retention;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.TaskEntry;
import dev.errand.store.TestClock;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is done for all runs is done in slices, and whatever their numbers are. */
class UpkeepTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final TestClock clock = new TestClock();

    private Store open(Map<String, String> options, Clock time) {
        return new PostgresStoreProvider().open(new StoreSettings(server.url(database), null, options, time));
    }

    @Test
    void runsThatExpireTogetherEndInSlicesThatLeaveTheirNodeTimeToBeat() {
        try (Store store = open(Map.of(), clock)) {
            List<NewRun> runs = Stream.generate(() -> NewRuns.of("greet", clock)
                            .expiresIn(Duration.ofMinutes(1))
                            .build())
                    .limit(3_000)
                    .toList();
            store.enqueue(runs);
            clock.advance(Duration.ofMinutes(2));
            Optional<Instant> next = store.advance();
            assertThat(ended()).isBetween(500L, 1_500L);
            assertThat(next).hasValueSatisfying(again -> assertThat(again).isBefore(clock.instant()));
            for (int slices = 0; slices < 10; slices++) {
                store.advance();
            }
            assertThat(ended()).isEqualTo(3_000);
        }
    }

    @Test
    void retentionPassesOverWhatSomebodyHasLocked() throws Exception {
        try (Store store = open(Map.of(), Clock.systemUTC());
                Connection user = server.connect(database)) {
            store.join("node", 1);
            List<NewRun> runs = NewRuns.many(3, "greet", Clock.systemUTC());
            store.enqueue(runs);
            for (int i = 0; i < runs.size(); i++) {
                Instant now = Instant.now();
                record(store, new Report.Ended(claim(store), RunState.COMPLETED, now, now, null, null, null, false));
            }
            user.setAutoCommit(false);
            try (Statement statement = user.createStatement()) {
                statement.execute("select * from errand.outcome where run = '%s' for update"
                        .formatted(Ids.uuid(runs.getFirst().id())));
            }
            Retention none = Retention.all(Duration.ZERO);
            assertTimeoutPreemptively(
                    Duration.ofSeconds(60),
                    () -> assertThat(store.prune(none, 100)).isEqualTo(2));
            assertThat(store.find(runs.getFirst().id())).isPresent();
            user.rollback();
            assertThat(store.prune(none, 100)).isEqualTo(1);
        }
    }

    private long ended() {
        return Long.parseLong(String.valueOf(server.query(database, "select count(*) from errand.outcome")));
    }

    @Test
    void attemptsAreCountedAsFarAsAnybodyTries() throws Exception {
        try (Store store = open(Map.of(), clock)) {
            store.join("patient", 1);
            store.enqueue(NewRuns.many(1, "greet", clock));
            server.execute(database, "update errand.chunk set attempt = 32767");
            Claim claim = claim(store);
            Instant now = clock.instant();
            Failure failure = new Failure(FailureKind.ERROR, "E", "not yet", "", claim.attempt(), now);
            assertThat(record(store, new Report.Retried(claim, now, now, failure, now)))
                    .isEqualTo(Receipt.RECORDED);
            Claim next = claim(store);
            assertThat(next.attempt()).isEqualTo(32_768);
            assertThat(record(store, new Report.Ended(next, RunState.COMPLETED, now, now, null, null, null, false)))
                    .isEqualTo(Receipt.RECORDED);
            assertThat(store.find(next.run()).orElseThrow().attempt()).isEqualTo(32_768);
        }
    }

    @Test
    void withoutNotificationsARemovedTaskIsHeardOfAllTheSame() {
        try (Store node = open(Map.of("notify", "off"), Clock.systemUTC());
                Store operator = open(Map.of("notify", "off"), Clock.systemUTC())) {
            node.join("polls", 1);
            operator.declare(List.of(new TaskEntry("greet", List.of(), "{}", Instant.now())));
            NewRun run = NewRuns.of("greet", Clock.systemUTC()).build();
            operator.enqueue(List.of(run));
            operator.removeTask("greet");
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
                while (node.find(run.id()).orElseThrow().state() != RunState.FAILED) {
                    node.advance();
                }
            });
        }
    }

    private static Claim claim(Store store) throws Exception {
        return store.claim(new ClaimRequest(1, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
    }

    private static Receipt record(Store store, Report report) throws Exception {
        return store.record(List.of(report))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
    }
}
