package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Json;
import dev.errand.PublishedValue;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.SignalAnswer;
import dev.errand.SignalInfo;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is sent to runs, received by their steps, and waited for. */
public abstract class SignalConformance extends ValueTest {
    private static final String GO = "go";

    private SignalAnswer send(RunId run, String name, String json) {
        return store.signals().send(run, name, json.getBytes(StandardCharsets.UTF_8));
    }

    private SignalAnswer send(Connection connection, RunId run, String name, String json) throws SQLException {
        return store.signals().send(connection, run, name, json.getBytes(StandardCharsets.UTF_8), () -> false);
    }

    private List<String> unreceived(RunId run) {
        return store.signals().unreceived(run).stream()
                .map(signal -> signal.name() + " " + signal.value().text())
                .toList();
    }

    private SeenValue looked(RunId run, String name) {
        return store.signals().look(run, name, 0).seen();
    }

    private Report.Journaled receiving(Claim claim, int step, Inbox.Signal signal) {
        Instant now = clock.instant();
        StepEntry entry = new StepEntry(step, "signal:go#" + step, GO, claim.attempt(), now, now, signal.json(), null);
        return new Report.Journaled(claim, entry, signal.position());
    }

    /** The values of what is there, one after the other. */
    private List<String> receiveAll(Claim claim, String name) {
        List<String> received = new ArrayList<>();
        Inbox.Signal first = store.signals().look(claim.run(), name, 0).first();
        while (first != null && received.size() < SignalInfo.MOST) {
            assertThat(record(receiving(claim, received.size() + 1, first))).isEqualTo(Receipt.RECORDED);
            received.add(new String(first.json(), StandardCharsets.UTF_8));
            first = store.signals().look(claim.run(), name, 0).first();
        }
        return received;
    }

    private void assertState(RunId run, RunState expected) {
        advanceAll();
        assertThat(state(run)).isEqualTo(expected);
    }

    // ── sending

    @Test
    void signalsAreReceivedInTheOrderInWhichTheyWereSentEachOnce() {
        RunId run = enqueueGreet();
        assertThat(send(run, GO, "1")).isEqualTo(SignalAnswer.OK);
        assertThat(send(run, "stop", "\"at once\"")).isEqualTo(SignalAnswer.OK);
        assertThat(send(run, GO, "2")).isEqualTo(SignalAnswer.OK);
        assertThat(unreceived(run)).containsExactly("go 1", "stop \"at once\"", "go 2");
        assertThat(receiveAll(claimOne(), GO)).containsExactly("1", "2");
        assertThat(unreceived(run)).containsExactly("stop \"at once\"");
        assertThat(store.steps(run, 0, 10)).hasSize(2);
    }

    @Test
    void theNextIsFoundWhileTheFirstIsBeingReceived() {
        RunId run = enqueueGreet();
        send(run, GO, "1");
        send(run, GO, "2");
        Inbox.Signal first =
                Objects.requireNonNull(store.signals().look(run, GO, 0).first());
        Inbox.Signal second = Objects.requireNonNull(
                store.signals().look(run, GO, first.position()).first());
        assertThat(new String(second.json(), StandardCharsets.UTF_8)).isEqualTo("2");
        assertThat(store.signals().look(run, GO, second.position()).first()).isNull();
    }

    @Test
    void whoHasLostTheRunReceivesNothing() {
        RunId run = enqueueGreet();
        send(run, GO, "1");
        Inbox.Signal first =
                Objects.requireNonNull(store.signals().look(run, GO, 0).first());
        Claim lost = claimOne();
        record(new Report.Released(lost));
        Claim held = claimOne();
        assertThat(record(receiving(lost, 1, first))).isEqualTo(Receipt.LOST);
        assertThat(unreceived(run)).containsExactly("go 1");
        Report.Journaled received = receiving(held, 1, first);
        assertThat(record(received)).isEqualTo(Receipt.RECORDED);
        assertThat(record(received)).as("sent again").isEqualTo(Receipt.RECORDED);
        assertThat(unreceived(run)).isEmpty();
    }

    @Test
    void aRunThatHasEndedIsSentNothing() {
        RunId run = enqueueGreet();
        send(run, GO, "1");
        record(failed(claimOne(), true));
        assertThat(send(run, GO, "2")).isEqualTo(SignalAnswer.FINISHED);
        assertThat(unreceived(run)).containsExactly("go 1");
        assertThat(store.retry(run, 2, null, false)).isEqualTo(RetryAnswer.RETRIED);
        assertThat(send(run, GO, "3")).isEqualTo(SignalAnswer.OK);
        assertThat(unreceived(run)).as("what was there is kept").containsExactly("go 1", "go 3");
    }

    @Test
    void aRunThatIsNotThereIsSentNothing() {
        RunId none = NewRuns.of(GREET, clock).build().id();
        assertThat(send(none, GO, "1")).isEqualTo(SignalAnswer.NOT_FOUND);
        assertThat(store.signals().look(none, GO, 0).first()).isNull();
    }

    @Test
    void thereAreNoMoreThanSoManyThatARunHasNotReceived() throws SQLException {
        RunId run = enqueueGreet();
        try (Connection connection = connect()) {
            for (int i = 0; i < SignalInfo.MOST; i++) {
                assertThat(send(connection, run, GO, "" + i)).isEqualTo(SignalAnswer.OK);
            }
            assertThat(send(connection, run, "another", "1")).isEqualTo(SignalAnswer.FULL);
            connection.commit();
        }
        assertThat(send(run, GO, "1")).isEqualTo(SignalAnswer.FULL);
        assertThat(send(enqueueGreet(), GO, "1")).isEqualTo(SignalAnswer.OK);
        Inbox.Signal first =
                Objects.requireNonNull(store.signals().look(run, GO, 0).first());
        record(receiving(claimOne(), 1, first));
        assertThat(send(run, GO, "1000")).isEqualTo(SignalAnswer.OK);
        assertThat(unreceived(run)).hasSize(SignalInfo.MOST).endsWith("go 1000");
    }

    @Test
    void manyWhoSendAtATimeAreReceivedOnceAndEachInItsOrder() {
        RunId run = enqueueGreet();
        List<CompletableFuture<Boolean>> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int sender = i * 100;
            senders.add(aside(() -> {
                for (int n = sender; n < sender + 15; n++) {
                    send(run, GO, "" + n);
                }
                return true;
            }));
        }
        senders.forEach(CompletableFuture::join);
        List<String> received = receiveAll(claimOne(), GO);
        assertThat(received).hasSize(60).doesNotHaveDuplicates();
        for (int i = 0; i < 4; i++) {
            int sender = i;
            List<Integer> own = received.stream()
                    .map(Integer::valueOf)
                    .filter(n -> n / 100 == sender)
                    .toList();
            assertThat(own).isSorted();
        }
    }

    // ── within transactions

    @Test
    void aSignalIsSentWithItsTransactionOrNever() throws SQLException {
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, looked(run, GO)));
        try (Connection connection = connect()) {
            assertThat(send(connection, run, GO, "1")).isEqualTo(SignalAnswer.OK);
            assertThat(unreceived(run)).isEmpty();
            connection.rollback();
            assertState(run, RunState.WAITING);
            assertThat(send(connection, run, GO, "2")).isEqualTo(SignalAnswer.OK);
            connection.commit();
        }
        assertThat(unreceived(run)).containsExactly("go 2");
        assertState(run, RunState.QUEUED);
    }

    @Test
    void whoSendsWhileATransactionHasSentIsReceivedAfterThat() throws Exception {
        RunId run = enqueueGreet();
        CompletableFuture<SignalAnswer> second;
        try (Connection connection = connect()) {
            send(connection, run, GO, "1");
            second = asideUntilItWaits(() -> send(run, GO, "2"));
            connection.commit();
        }
        assertThat(second.join()).isEqualTo(SignalAnswer.OK);
        assertThat(receiveAll(claimOne(), GO)).containsExactly("1", "2");
    }

    @Test
    void aTransactionElsewhereSendsNothing() throws SQLException {
        RunId run = enqueueGreet();
        try (Connection connection = connectElsewhere()) {
            assertThatThrownBy(() -> send(connection, run, GO, "1")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(unreceived(run)).isEmpty();
    }

    // ── waiting

    @Test
    void aRunGoesOnWhenItsSignalIsSentAndWithNoOther() {
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, looked(run, GO)));
        assertState(run, RunState.WAITING);
        send(run, "another", "1");
        send(enqueueGreet(), GO, "1");
        assertState(run, RunState.WAITING);
        send(run, GO, "1");
        assertState(run, RunState.QUEUED);
    }

    @Test
    void aRunGoesOnWhoseSignalWasSentBeforeItsWaitIsRecorded() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        SeenValue seen = looked(run, GO);
        send(run, GO, "1");
        begin(waiting(claim, null, true, seen));
        assertState(run, RunState.QUEUED);
    }

    @Test
    void aRunWaitsForTheNextOfItsName() {
        RunId run = enqueueGreet();
        send(run, GO, "1");
        Claim claim = claimOne();
        assertThat(receiveAll(claim, GO)).containsExactly("1");
        begin(waiting(claim, null, true, looked(run, GO)));
        assertState(run, RunState.WAITING);
        send(run, GO, "2");
        assertState(run, RunState.QUEUED);
        assertThat(receiveAll(claimOne(), GO)).containsExactly("2");
    }

    @Test
    void aRunHasNothingToDoWithWhatWasSentToOneThatIsGone() {
        RunId run = enqueueGreet();
        send(run, GO, "1");
        store.purge(run, false);
        assertThat(unreceived(run)).isEmpty();
        assertThat(store.values().list("", 10)).as("nor is anything else left").isEmpty();
        assertThat(send(run, GO, "2")).isEqualTo(SignalAnswer.NOT_FOUND);
    }

    @Test
    void whatWasSentIsThereAfterTheStoreIsOpenedAnew() {
        RunId run = enqueueGreet();
        send(run, GO, "1");
        reopen();
        joinStore();
        send(run, GO, "2");
        assertThat(receiveAll(claimOne(), GO)).containsExactly("1", "2");
    }

    // ── published values

    private static List<String> texts(List<PublishedValue> values) {
        return values.stream()
                .map(value -> value.name() + " " + value.value().text())
                .toList();
    }

    private Report.Noted published(Claim claim, String... namesAndValues) {
        List<PublishedValue> values = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.add(new PublishedValue(namesAndValues[i], new Json(namesAndValues[i + 1]), clock.instant()));
        }
        return new Report.Noted(claim, List.of(), List.of(), null, null, List.of(), values);
    }

    @Test
    void whatIsPublishedTakesThePlaceOfWhatWas() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        assertThat(record(published(claim, "stage", "\"cutting\"", "cut", "1"))).isEqualTo(Receipt.RECORDED);
        clock.advance(Duration.ofSeconds(1));
        record(published(claim, "cut", "2"));
        assertThat(texts(store.signals().published(run))).containsExactly("cut 2", "stage \"cutting\"");
        assertThat(store.signals().published(run).getFirst().publishedAt()).isEqualTo(clock.instant());
        record(completed(claim));
        assertThat(record(published(claim, "cut", "3"))).isEqualTo(Receipt.LOST);
        assertThat(texts(store.signals().published(run))).containsExactly("cut 2", "stage \"cutting\"");
        store.purge(run, false);
        assertThat(store.signals().published(run)).isEmpty();
    }
}
