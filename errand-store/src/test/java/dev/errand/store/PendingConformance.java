package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.errand.CancelAnswer;
import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.QueueFullException;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Queues and tasks that take only so many pending runs. */
public abstract class PendingConformance extends PendingRuns {
    @Test
    void aCallThatWouldBeTooMuchIsRefusedWhole() { // case 90
        declare(MAIL, atMost(10));
        store.enqueue(mails(9));
        QueueFullException refusal = catchThrowableOfType(QueueFullException.class, () -> store.enqueue(mails(2)));
        assertThat(refusal)
                .extracting(QueueFullException::queue, QueueFullException::maxPending, QueueFullException::pending)
                .containsExactly(MAIL, 10, 9);
        assertThat(refusal).hasMessageContainingAll("'mail'", "9", "10", "never more at a time", "nothing was stored");
        assertThat(all()).hasSize(9);
        store.enqueue(mails(1));
        assertThat(refused(() -> store.enqueue(mails(1)))).isEqualTo(10);
        assertThat(all()).hasSize(10);
        assertThat(events(store)).hasSize(10);
    }

    @Test
    void whatIsDelayedAndWhatIsQueuedCountsOfAllTasksAndKeys() {
        declare(MAIL, atMost(4));
        enqueue(mail(GREET, null));
        enqueue(mail(GREET, "k").in(MINUTE));
        enqueue(mail(OTHER, null).in(MINUTE));
        enqueue(mail(OTHER, "k"));
        assertThat(refused(() -> enqueue(mail("third", "l")))).isEqualTo(4);
        enqueue(NewRuns.of(GREET, clock));
        clock.advance(MINUTE);
        store.advance();
        assertThat(refused(() -> enqueue(mail("third", "l").in(MINUTE)))).isEqualTo(4);
    }

    @Test
    void whatExecutesWaitsOrIsRetriedLaterDoesNotCount() {
        declare(MAIL, atMost(3));
        store.enqueue(mails(3));
        List<Claim> claims = claim(store, 3);
        assertThat(claims).hasSize(3);
        Instant now = clock.instant();
        record(new Report.Started(claims.get(0), now));
        record(new Report.Waiting(claims.get(1), now, now, List.of(), now.plus(MINUTE), null));
        record(retried(claims.get(2), MINUTE));
        store.enqueue(mails(3));
        assertThat(refused(() -> store.enqueue(mails(1)))).isEqualTo(3);
    }

    @Test
    void whatGoesOnIsNeverRefused() {
        declare(MAIL, atMost(3));
        store.enqueue(mails(3));
        List<Claim> claims = claim(store, 3);
        Instant now = clock.instant();
        record(new Report.Waiting(claims.get(0), now, now, List.of(), now.plus(MINUTE), null));
        record(retried(claims.get(1), MINUTE));
        record(failed(claims.get(2), true));
        store.enqueue(mails(3));
        clock.advance(MINUTE);
        store.advance();
        assertThat(store.retry(claims.get(2).run(), 9, null, true)).isEqualTo(RetryAnswer.RETRIED);
        assertThat(claims)
                .extracting(claim -> state(claim.run()))
                .containsExactly(RunState.QUEUED, RunState.QUEUED, RunState.QUEUED);
        assertThat(refused(() -> store.enqueue(mails(1)))).isGreaterThan(3);
    }

    @Test
    void whatADeadNodeHeldIsTakenBack() {
        declare(MAIL, atMost(2));
        Store other = openNode("other");
        store.enqueue(mails(2));
        assertThat(claim(other, 2)).hasSize(2);
        store.enqueue(mails(2));
        kill(other);
        store.recover();
        assertThat(refused(() -> store.enqueue(mails(1)))).isGreaterThan(2);
    }

    @Test
    void whatIsCanceledMakesRoom() {
        declare(MAIL, atMost(5));
        List<NewRun> runs = mails(5);
        store.enqueue(runs);
        assertThat(store.cancel(runs.get(1).id(), "no"))
                .extracting(CancelReceipt::answer)
                .isEqualTo(CancelAnswer.OK);
        assertThat(store.cancel(runs.get(3).id(), "no"))
                .extracting(CancelReceipt::answer)
                .isEqualTo(CancelAnswer.OK);
        assertThat(refused(() -> store.enqueue(mails(3)))).isEqualTo(3);
        store.enqueue(mails(2));
    }

    @Test
    void aTaskHasItsOwnLimitWhateverQueueItsRunsAreIn() {
        declare(MAIL, atMost(3));
        declare("task/" + GREET, atMost(2));
        enqueue(mail(GREET, null));
        enqueue(NewRuns.of(GREET, clock));
        QueueFullException refusal =
                catchThrowableOfType(QueueFullException.class, () -> enqueue(NewRuns.of(GREET, clock)));
        assertThat(refusal.queue()).isEqualTo("task/" + GREET);
        assertThat(refused(() -> enqueue(mail(GREET, "k")))).isEqualTo(2);
        enqueue(mail(OTHER, null));
        enqueue(mail(OTHER, null));
        assertThat(refused(() -> enqueue(mail(OTHER, null)))).isEqualTo(3);
    }

    @Test
    void operatorsLimitWhatNobodyDeclared() {
        declare(MAIL, Limits.none());
        store.enqueue(mails(3));
        assertThat(store.queues().override(MAIL, atMost(2))).isTrue();
        assertThat(refused(() -> store.enqueue(mails(1)))).isEqualTo(3);
        store.queues().override(MAIL, null);
        store.enqueue(mails(1));
        store.queues().override(MAIL, atMost(0));
        reopen();
        assertThat(refused(() -> store.enqueue(mails(1)))).isGreaterThan(0);
        assertThat(store.queues().find(MAIL).orElseThrow().limits()).isEqualTo(atMost(0));
    }

    @Test
    void whatIsStoredAlreadyIsNotRefused() {
        declare(MAIL, atMost(2));
        List<NewRun> runs = mails(2);
        store.enqueue(runs);
        store.enqueue(runs);
        List<NewRun> more = new ArrayList<>(runs);
        more.addAll(mails(1));
        refused(() -> store.enqueue(more));
        assertThat(all()).hasSize(2);
    }

    @Test
    void whereRunsDoNotWaitTheyAreRefusedAllTheSame() {
        declare(MAIL, Limits.none().concurrency(2).onConflict(OnConflict.DROP).maxPending(1));
        store.enqueue(mails(1));
        refused(() -> store.enqueue(mails(1)));
        assertThat(all()).hasSize(1);
    }

    @Test
    void theRoomIsTheSameThroughAHistoryOfAllThatCanHappen() throws Exception {
        declare(MAIL, atMost(6));
        Callable<Long> pending = () -> all().stream()
                .map(this::info)
                .filter(run -> run.state() == RunState.DELAYED || run.state() == RunState.QUEUED)
                .count();
        Random random = new Random(90);
        List<Claim> held = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> triggerSome(random);
                case 2 -> held.addAll(some(random));
                case 3 -> {
                    if (!held.isEmpty()) {
                        record(completed(held.removeLast()));
                    }
                }
                default -> {
                    List<RunId> runs =
                            store.list(RunQuery.all().states(RunState.QUEUED, RunState.DELAYED)).items().stream()
                                    .map(RunInfo::id)
                                    .filter(id -> held.stream()
                                            .noneMatch(claim -> claim.run().equals(id)))
                                    .toList();
                    if (!runs.isEmpty()) {
                        store.cancel(runs.get(random.nextInt(runs.size())), "no");
                    }
                }
            }
            long unclaimed = pending.call() - held.size();
            int room = (int) (6 - unclaimed);
            assertThat(room).isNotNegative();
            assertThat(refused(() -> store.enqueue(mails(room + 1))))
                    .as("step %d", i)
                    .isEqualTo((int) unclaimed);
        }
    }

    private void triggerSome(Random random) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            NewRuns run = mail(random.nextBoolean() ? GREET : OTHER, random.nextBoolean() ? "k" : null);
            runs.add((random.nextInt(3) == 0 ? run.in(MINUTE) : run).build());
        }
        try {
            store.enqueue(runs);
        } catch (QueueFullException e) {
            clock.advance(MINUTE);
            store.advance();
        }
    }

    /** At once or not at all: nobody is to wait for a claim. */
    private List<Claim> some(Random random) {
        boolean queued = store.list(RunQuery.all().states(RunState.QUEUED)).items().stream()
                .anyMatch(run -> run.node() == null);
        return queued ? await(store.claim(new ClaimRequest(1 + random.nextInt(3), Set.of(GREET, OTHER)))) : List.of();
    }
}
