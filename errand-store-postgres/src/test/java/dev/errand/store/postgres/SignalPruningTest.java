package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.PublishedValue;
import dev.errand.PurgeAnswer;
import dev.errand.Retention;
import dev.errand.RunState;
import dev.errand.SignalAnswer;
import dev.errand.store.Claim;
import dev.errand.store.Inbox;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.copy.StoreCopy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Signals of transactions that stay open while their run ends and is deleted. */
class SignalPruningTest {
    private static final byte[] ONE = "1".getBytes(StandardCharsets.UTF_8);

    private final ValueNodes nodes = new ValueNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    private String rows(String table) {
        return String.valueOf(nodes.server.query(nodes.database, "select count(*) from errand." + table));
    }

    /** It was sent a signal by a transaction that was open when the run was deleted. */
    private void deleted() throws Exception {
        Claim gone = nodes.waits("value");
        try (Connection connection = nodes.begin()) {
            assertThat(nodes.first.signals().send(connection, gone.run(), "go", ONE, () -> false))
                    .isEqualTo(SignalAnswer.OK);
            assertThat(nodes.first.purge(gone.run(), true)).isEqualTo(PurgeAnswer.PURGED);
            connection.commit();
        }
    }

    @Test
    void whileTheyStayOpenTheRunReceivesPublishesAndEnds() throws Exception {
        Claim claim = ValueNodes.claimed(nodes.first, 1).getFirst();
        nodes.first.signals().send(claim.run(), "go", ONE);
        Inbox.Signal first = Objects.requireNonNull(
                nodes.first.signals().look(claim.run(), "go", 0).first());
        Instant now = ValueNodes.CLOCK.instant();
        StepEntry step = new StepEntry(1, "signal:go#1", "go", 1, now, now, ONE, null);
        try (Connection connection = nodes.begin()) {
            assertThat(nodes.first.signals().send(connection, claim.run(), "go", ONE, () -> false))
                    .isEqualTo(SignalAnswer.OK);
            ValueNodes.record(nodes.first, new Report.Journaled(claim, step, first.position()));
            ValueNodes.record(
                    nodes.first,
                    new Report.Noted(
                            claim,
                            List.of(),
                            List.of(),
                            null,
                            null,
                            List.of(),
                            List.of(new PublishedValue("stage", Json.NULL, now))));
            ValueNodes.record(
                    nodes.first, new Report.Ended(claim, RunState.COMPLETED, now, now, ONE, null, null, false));
            connection.commit();
        }
        assertThat(rows("signal")).as("too late").isEqualTo("1");
        assertThat(nodes.first.signals().send(claim.run(), "go", ONE)).isEqualTo(SignalAnswer.FINISHED);
    }

    @Test
    void valuesThatAreNamedLikeMailboxesHoldNothingUp() throws Exception {
        nodes.first.values().set("\u0001mine", 0, ONE);
        nodes.first.values().set("\u0001signal:mine", 0, ONE);
        deleted();
        assertThat(rows("signal")).isEqualTo("1");
        nodes.first.prune(Retention.forever(), 100);
        assertThat(rows("signal")).isEqualTo("0");
        assertThat(rows("value")).isEqualTo("2");
    }

    @Test
    void whatWasSentToRunsThatAreGoneIsNotCopied() throws Exception {
        Claim stays = nodes.waits("value");
        nodes.first.signals().send(stays.run(), "go", ONE);
        deleted();
        nodes.first.close();
        nodes.second.close();
        String from = nodes.server.url(nodes.database);
        assertThat(new StoreCopy(from, from + "&errand.schema=copied")
                        .run(progress -> {})
                        .signals())
                .isOne();
    }

    @Test
    void whatTheyHaveSentIsWaitedForByNobodyAndDeletedLater() throws Exception {
        Claim stays = nodes.waits("value");
        nodes.first.signals().send(stays.run(), "go", ONE);
        deleted();
        assertThat(rows("signal")).isEqualTo("2");
        nodes.first.prune(Retention.forever(), 100);
        assertThat(rows("signal")).isEqualTo("1");
        assertThat(rows("value")).isEqualTo("1");
        assertThat(nodes.first.signals().unreceived(stays.run())).hasSize(1);
        assertThat(nodes.state(stays.run())).isEqualTo(RunState.WAITING);
    }
}
