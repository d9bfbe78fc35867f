package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.CancelRequest;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What bodies trigger, in the commits in which their nodes record, and in others. */
class SpawningTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final String QUEUE = "mail";
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final PostgresStore store = open();

    @AfterEach
    void drop() {
        store.close();
        server.dropDatabase(database);
    }

    private PostgresStore open() {
        PostgresStore opened =
                PostgresStore.open(Settings.of(new StoreSettings(server.url(database), null, Map.of(), CLOCK)), CLOCK);
        opened.join("first", 1_000);
        return opened;
    }

    private List<Claim> claim(int many) throws Exception {
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < many) {
            claims.addAll(store.claim(new ClaimRequest(many - claims.size(), Set.of("parent")))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS));
        }
        return claims;
    }

    private List<Claim> parents(int many) throws Exception {
        store.enqueue(NewRuns.many(many, "parent", CLOCK));
        return claim(many);
    }

    private static NewRuns child(Claim parent) {
        return NewRuns.of("child", CLOCK).options(RunOptions.NONE.withParent(parent.run()));
    }

    private static NewRun childIn(String queue, Claim parent) {
        return child(parent)
                .options(RunOptions.NONE.withParent(parent.run()).withQueue(queue))
                .build();
    }

    private static Spawn spawn(Claim parent, List<NewRun> children) {
        StepEntry step = new StepEntry(1, "child:child#1", "child", 1, CLOCK.instant(), null, null, null);
        return new Spawn(parent, step, children, true);
    }

    private void declare(OnConflict onConflict) {
        Limits limits = Limits.none().concurrency(1).onConflict(onConflict);
        store.queues().declare(List.of(new QueueEntry(QUEUE, limits)));
    }

    private RunState state(RunId run) {
        return store.find(run).orElseThrow().state();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @Test
    void whatTheDatabaseRefusesSpoilsNobodyElsesCommit() throws Exception {
        for (int round = 0; round < 20; round++) {
            List<Claim> parents = parents(10);
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                Claim parent = parents.get(i);
                NewRun child = i == 4
                        ? child(parent).payload("\"\0\"").build()
                        : child(parent).build();
                receipts.add(CompletableFuture.supplyAsync(() -> store.spawn(spawn(parent, List.of(child)))));
            }
            Report end = completed(parents.getLast());
            CompletableFuture<List<Receipt>> recorded =
                    store.record(List.of(end)).toCompletableFuture();
            for (int i = 0; i < 9; i++) {
                CompletableFuture<Receipt> receipt = receipts.get(i);
                if (i == 4) {
                    assertThat(receipt)
                            .failsWithin(Duration.ofSeconds(60))
                            .withThrowableOfType(ExecutionException.class)
                            .withCauseInstanceOf(StoreException.class);
                } else {
                    assertThat(get(receipt)).isEqualTo(Receipt.RECORDED);
                }
            }
            assertThat(get(recorded)).containsExactly(Receipt.RECORDED);
        }
    }

    private static Report completed(Claim claim) {
        Instant now = CLOCK.instant();
        byte[] output = "1".getBytes(StandardCharsets.UTF_8);
        return new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false);
    }

    /** For which a child under such a limit has to wait: its number, among those that the limit counts, is not known before. */
    @Test
    void whoTriggersWhereAUsersTransactionHasKeepsNobodyFromRecording() throws Exception {
        declare(OnConflict.DROP);
        List<Claim> parents = parents(2);
        Claim parent = parents.getFirst();
        try (Connection other = server.connect(database)) {
            other.setAutoCommit(false);
            store.enqueue(
                    other,
                    List.of(NewRuns.of("child", CLOCK)
                            .options(RunOptions.NONE.withQueue(QUEUE))
                            .build()));
            NewRun child = childIn(QUEUE, parent);
            CompletableFuture<Receipt> spawned =
                    CompletableFuture.supplyAsync(() -> store.spawn(spawn(parent, List.of(child))));
            Instant now = CLOCK.instant();
            StepEntry step = new StepEntry(2, "pay", "pay", 1, now, now, null, null);
            List<Report> reports = List.of(new Report.Journaled(parent, step), completed(parents.getLast()));
            assertThat(get(store.record(reports).toCompletableFuture())).containsOnly(Receipt.RECORDED);
            assertThat(spawned).isNotDone();
            other.commit();
            assertThat(get(spawned)).isEqualTo(Receipt.RECORDED);
            assertThat(state(child.id())).isEqualTo(RunState.CANCELED);
            assertThat(store.ends(parent.run(), List.of(child.id())))
                    .extracting(AwaitedEnd::state)
                    .containsExactly(RunState.CANCELED);
        }
    }

    /** It takes the place of its parent, which is cancelled with its children. */
    @Test
    void aChildThatReplacesItsParentIsCanceledWithIt() throws Exception {
        declare(OnConflict.REPLACE_EXECUTING);
        store.enqueue(List.of(NewRuns.of("parent", CLOCK)
                .options(RunOptions.NONE.withQueue(QUEUE))
                .build()));
        Claim parent = claim(1).getFirst();
        NewRun child = childIn(QUEUE, parent);
        assertThat(store.spawn(spawn(parent, List.of(child)))).isEqualTo(Receipt.RECORDED);
        assertThat(state(child.id())).isEqualTo(RunState.CANCELED);
        assertThat(store.cancelRequests()).extracting(CancelRequest::run).containsExactly(parent.run());
    }

    @Test
    void whatIsSentAgainAfterItsConnectionBrokeIsStoredOnce() throws Exception {
        List<Claim> parents = parents(40);
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i < parents.size(); i++) {
            Claim parent = parents.get(i);
            int many = i % 10 == 0 ? 1_200 : 1;
            List<NewRun> children = new ArrayList<>();
            for (int child = 0; child < many; child++) {
                children.add(child(parent).build());
            }
            receipts.add(CompletableFuture.supplyAsync(() -> untilStored(spawn(parent, children))));
        }
        for (CompletableFuture<Receipt> receipt : receipts) {
            server.terminate(database);
            assertThat(get(receipt)).isEqualTo(Receipt.RECORDED);
        }
        String count = "select count(*) from errand.run where errand.parent_of(options) is not null";
        assertThat(server.query(database, count)).isEqualTo(String.valueOf(4 * 1_200 + 36));
        assertThat(server.query(database, "select count(*) from errand.awaited"))
                .isEqualTo(String.valueOf(4 * 1_200 + 36));
    }

    private Receipt untilStored(Spawn spawn) {
        while (true) {
            try {
                return store.spawn(spawn);
            } catch (StoreException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    @Test
    void whatIsStoppedWhileItsChildrenAreStoredHasNone() throws Exception {
        List<Claim> parents = parents(40);
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        List<NewRun> children = new ArrayList<>();
        for (Claim parent : parents) {
            NewRun child = child(parent).build();
            children.add(child);
            receipts.add(CompletableFuture.supplyAsync(() -> store.spawn(spawn(parent, List.of(child)))));
            store.cancel(parent.run(), "enough");
        }
        for (CompletableFuture<Receipt> receipt : receipts) {
            assertThat(get(receipt)).isEqualTo(Receipt.RECORDED);
        }
        for (NewRun child : children) {
            store.find(child.id()).ifPresent(info -> assertThat(info.state()).isEqualTo(RunState.CANCELED));
        }
    }
}
