package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchId;
import dev.errand.Limits;
import dev.errand.QueueFullException;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** In whatever way runs are triggered, a queue takes only so many. */
public abstract class PendingWaysConformance extends PendingRuns {
    @Test
    void aKeyThatIsHeldAnswersHoweverFullItIs() {
        declare(MAIL, atMost(1));
        KeyedRun first = keyed("a");
        store.keys().enqueue(List.of(first));
        assertThat(store.keys().enqueue(List.of(keyed("a"))).getFirst().run())
                .isEqualTo(first.run().id());
        refused(() -> store.keys().enqueue(List.of(keyed("b"))));
        assertThat(record(completed(claimOne()))).isEqualTo(Receipt.RECORDED);
        KeyedRun next = keyed("b");
        assertThat(store.keys().enqueue(List.of(next)).getFirst().run())
                .as("the key was left free")
                .isEqualTo(next.run().id());
    }

    private KeyedRun keyed(String key) {
        NewRun run = mail(GREET, null).build();
        KeyHash hash = KeyHash.of(key);
        Instant until = clock.instant().plus(MINUTE);
        return new KeyedRun(run, new KeyedRun.Idempotency(hash, key, until, KeyHash.of("1"), false), null);
    }

    private static BatchEntry batch(int size, Instant now) {
        return new BatchEntry(BatchId.next(now), null, now, size, "callback", null, null, null, null, null);
    }

    @Test
    void aBatchIsRefusedWhole() {
        declare(MAIL, atMost(2));
        BatchEntry batch = batch(3, clock.instant());
        refused(() -> store.batches().create(batch, mails(3)));
        assertThat(store.batches().find(batch.id())).isEmpty();
        assertThat(all()).isEmpty();
        store.batches().create(batch, mails(2));
        assertThat(all()).hasSize(2);
    }

    @Test
    void theCallbackOfABatchIsTaken() {
        declare(MAIL, atMost(1));
        BatchEntry batch = batch(1, clock.instant());
        store.batches().create(batch, List.of(NewRuns.of(GREET, clock).build()));
        store.enqueue(mails(1));
        NewRun callback = mail("callback", null).build();
        assertThat(store.batches().complete(batch.id(), callback)).isTrue();
        assertThat(state(callback.id())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void childrenAreRefusedWithTheStepThatTriggersThem() {
        declare(MAIL, atMost(1));
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        StepEntry step = new StepEntry(1, "child:c#1", "c", 1, clock.instant(), null, null, null);
        for (boolean awaited : new boolean[] {true, false}) {
            refused(() -> store.spawn(new Spawn(claim, step, mails(2), awaited)));
            assertThat(store.steps(parent, 0, 10)).isEmpty();
        }
        assertThat(store.spawn(new Spawn(claim, step, mails(1), true))).isEqualTo(Receipt.RECORDED);
        assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED);
    }

    @Test
    void aScheduleWhoseRunsAreRefusedIsAsItWas() {
        declare(MAIL, atMost(1));
        store.schedules().add(new ScheduleEntry("id", "key", GREET, false, "{}", "{}", clock.instant(), 0));
        ScheduleEntry entry = store.schedules().find("key").orElseThrow();
        refused(() -> store.schedules().change(List.of(new ScheduleChange(entry, mails(2)))));
        assertThat(store.schedules().find("key")).contains(entry);
        assertThat(store.schedules().change(List.of(new ScheduleChange(entry, mails(1)))))
                .containsExactly("id");
    }

    @Test
    void ofSeveralSchedulesOnlyThoseWhoseRunsAreRefusedAreAsTheyWere() {
        declare(MAIL, atMost(1));
        List<ScheduleChange> changes = new ArrayList<>();
        for (String key : List.of("full", "free", "fits")) {
            store.schedules().add(new ScheduleEntry(key, key, GREET, false, "{}", "{}", clock.instant(), 0));
            ScheduleEntry entry = store.schedules().find(key).orElseThrow();
            List<NewRun> runs = key.equals("full")
                    ? mails(2)
                    : key.equals("fits")
                            ? mails(1)
                            : List.of(NewRuns.of(GREET, clock).build());
            changes.add(new ScheduleChange(entry, runs));
        }
        assertThat(store.schedules().change(changes)).containsExactlyInAnyOrder("free", "fits");
        assertThat(store.schedules().find("full")).contains(changes.getFirst().entry());
        assertThat(all()).hasSize(2);
        refused(() -> store.schedules().change(changes));
        assertThat(all()).hasSize(2);
    }

    @Test
    void aScheduleThatSomebodyElseHasChangedIsNotRefusedBesides() {
        declare(MAIL, atMost(1));
        store.schedules().add(new ScheduleEntry("id", "key", GREET, false, "{}", "{}", clock.instant(), 0));
        ScheduleEntry entry = store.schedules().find("key").orElseThrow();
        assertThat(store.schedules().change(List.of(new ScheduleChange(entry, List.of()))))
                .containsExactly("id");
        assertThat(store.schedules().change(List.of(new ScheduleChange(entry, mails(2)))))
                .isEmpty();
    }

    @Test
    void aBatchThatIsThereNeedsNoRoom() {
        declare(MAIL, atMost(2));
        BatchEntry batch = batch(2, clock.instant());
        List<NewRun> runs = mails(2);
        store.batches().create(batch, runs);
        store.batches().create(batch, runs);
        assertThat(all()).hasSize(2);
    }

    @Test
    void aTransactionOfAUsersIsRefusedAndGoesOn() throws SQLException {
        declare(MAIL, atMost(3));
        store.enqueue(mails(1));
        try (Connection connection = connect()) {
            store.enqueue(connection, mails(1));
            refused(() -> store.enqueue(connection, mails(2)));
            store.enqueue(connection, mails(1));
            refused(() -> store.keys().enqueue(connection, List.of(keyed("k"))));
            connection.commit();
        }
        assertThat(all()).hasSize(3);
        refused(() -> store.enqueue(mails(1)));
    }

    @Test
    void noMoreThanThereIsRoomForIsStoredHoweverManyTrigger() throws Exception {
        declare(MAIL, atMost(50));
        declare("free", Limits.none());
        List<Store> stores = List.of(store, open(), open());
        try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Store by = stores.get(i % stores.size());
                int size = 1 + i % 3;
                counts.add(threads.submit(() -> triggerUntilFull(by, size)));
            }
            int stored = 0;
            for (Future<Integer> count : counts) {
                stored += count.get();
            }
            assertThat(stored).isEqualTo(50);
            assertThat(store.list(RunQuery.all().limit(1000)).items())
                    .filteredOn(run -> MAIL.equals(run.queue()))
                    .hasSize(stored);
        }
    }

    /** In turn with runs of another queue, none of which is refused. Answers how many of the first it stored. */
    private int triggerUntilFull(Store by, int size) {
        int stored = 0;
        while (true) {
            by.enqueue(List.of(NewRuns.of(GREET, clock)
                    .options(RunOptions.NONE.withQueue("free"))
                    .build()));
            try {
                by.enqueue(mails(size));
                stored += size;
            } catch (QueueFullException e) {
                return stored;
            }
        }
    }
}
