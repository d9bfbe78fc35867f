package dev.errand.engine.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class NotesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Claim CLAIM = new Claim(
            1,
            1,
            RunId.next(),
            "task",
            null,
            List.of(),
            1,
            0,
            false,
            false,
            NOW,
            NOW,
            null,
            new byte[0],
            null,
            RunOptions.NONE,
            null);

    private final Notes notes = new Notes(0);

    private static LogLine line(String message) {
        return new LogLine(0, NOW, 1, Level.INFO, message);
    }

    private Report.Noted drained() {
        return Objects.requireNonNull(notes.drain(CLAIM));
    }

    @Test
    void onlyTheFirstNoteSinceTheLastDrainSaysSo() {
        assertThat(notes.log(line("a"))).isTrue();
        assertThat(notes.log(line("b"))).isFalse();
        assertThat(notes.progress(new Progress(1, 2))).isFalse();
        assertThat(drained().lines()).hasSize(2);
        assertThat(notes.drain(CLAIM)).isNull();
        assertThat(notes.log(line("c"))).isTrue();
    }

    @Test
    void eachReportSaysWhatTheMetadataWasBefore() throws InterruptedException {
        notes.metadata("{\"n\":1}");
        Report.Noted first = drained();
        assertThat(first.metadataBefore()).as("as the claim had it").isEqualTo("{}");
        notes.progress(new Progress(1, 2));
        notes.confirmed(drained());
        notes.metadata("{\"n\":2}");
        notes.metadata("{\"n\":3}");
        Report.Noted all = Objects.requireNonNull(notes.unconfirmed(CLAIM, 0));
        assertThat(all.metadata()).isEqualTo("{\"n\":3}");
        assertThat(all.metadataBefore())
                .as("of the first that is not confirmed")
                .isEqualTo("{}");
        notes.confirmed(first);
        assertThat(drained().metadataBefore()).isEqualTo("{\"n\":1}");
    }

    @Test
    void theLogIsCappedByLinesAndSaysSoOnce() {
        for (int i = 0; i < 20_000; i++) {
            notes.log(line("x"));
        }
        List<LogLine> lines = drained().lines();
        assertThat(lines).hasSize(Notes.MAX_LINES + 1);
        assertThat(lines.getLast().message()).startsWith("The log is full");
        assertThat(notes.log(line("more"))).isFalse();
        assertThat(notes.drain(CLAIM)).isNull();
    }

    @Test
    void theLogIsCappedByCharacters() {
        String thousand = "x".repeat(1_000);
        for (int i = 0; i < 5_000; i++) {
            notes.log(line(thousand));
        }
        assertThat(drained().lines()).hasSize(1_001);
    }

    @Test
    void linesOfEarlierAttemptsCount() {
        notes.alreadyLogged(Notes.MAX_LINES - 1, 10);
        notes.log(line("last"));
        notes.log(line("too many"));
        assertThat(drained().lines())
                .extracting(LogLine::message)
                .startsWith("last")
                .hasSize(2);
    }

    @Test
    void whatIsEmittedBeyondTheLimitIsRefused() {
        notes.emit(new byte[60], 100);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> notes.emit(new byte[60], 100))
                .withMessageContaining("120 bytes; at most 100");
        assertThat(drained().emitted()).hasSize(1);
        assertThat(notes.emittedBytes()).isEqualTo(60);
    }

    @Test
    void whoRaisesMuchWaitsForTheStore() throws InterruptedException {
        String data = "x".repeat(1_000_000);
        for (int i = 0; i < 8; i++) {
            assertThat(notes.awaitRoomToRaise(0)).isTrue();
            notes.raise(new Report.Raised("event", NOW, data));
        }
        assertThat(notes.awaitRoomToRaise(0)).isFalse();
        Report.Noted report = drained();
        assertThat(notes.awaitRoomToRaise(10))
                .as("it may be on its way for long")
                .isFalse();
        notes.confirmed(report);
        notes.confirmed(report);
        assertThat(notes.awaitRoomToRaise(0)).isTrue();
    }

    @Test
    void whoIsToStopWaitsForNothingAndRaisesNotForEverEither() {
        String data = "x".repeat(1_000_000);
        Thread.currentThread().interrupt();
        int raised = 0;
        while (raised < 100 && AttemptNotes.hasRoom(notes)) {
            notes.raise(new Report.Raised("event", NOW, data));
            raised++;
        }
        assertThat(Thread.interrupted()).as("it is still to stop").isTrue();
        assertThat(raised).isBetween(9, 20);
        notes.confirmed(drained());
        assertThat(AttemptNotes.hasRoom(notes)).isTrue();
    }
}
