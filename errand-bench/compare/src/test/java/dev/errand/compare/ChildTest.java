package dev.errand.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.compare.peer.Tally;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The protocol, with Errand on a file in a real process. */
class ChildTest {
    @TempDir
    Path folder;

    private Child child;

    @BeforeEach
    void start() {
        child = start("open");
    }

    private Child start(String open) {
        return Child.start(
                Contestant.ERRAND,
                folder,
                open,
                "jdbc:sqlite:" + folder.resolve("errand.db"),
                folder.resolve("child.log"));
    }

    @AfterEach
    void end() {
        child.close();
    }

    private static Map<String, Object> runs(int from, int count, Object... more) {
        return Trial.details(new Trial.Runs(from, count), more);
    }

    @Test
    void drainsWhatWasTriggeredInBulkAndOneByOne() {
        child.ask("bulk", runs(0, 500));
        int singles = child.ask("one-by-one", runs(500, 40, "threads", 4, "seconds", 60))
                .get("count")
                .asInt();

        JsonNode drained = child.ask("drain", runs(0, 540));

        assertThat(singles).isEqualTo(40);
        assertThat(drained.get("verified").asBoolean()).isTrue();
        assertThat(drained.get("seconds").asDouble()).isPositive();
    }

    @Test
    void isNotVerifiedWhenABodyRanThatWasNotExpected() {
        child.ask("bulk", runs(0, 500));

        assertThat(child.ask("drain", runs(1, 499)).get("verified").asBoolean()).isFalse();
    }

    @Test
    void triggersWhileItDrains() {
        child.ask("bulk", runs(0, 2_000));

        JsonNode answer =
                child.ask("drain-while-triggering", runs(0, 2_000, "most", 1_000, "threads", 2, "seconds", 60));

        assertThat(answer.get("count").asInt()).isBetween(1, 1_000);
        assertThat(answer.get("verified").asBoolean()).isTrue();
    }

    @Test
    void measuresTheDelayOfRunsThatAnotherProcessTriggers() {
        try (Child triggers = start("open-to-trigger")) {
            child.ask("work", runs(0, 50));
            long firstAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
            long deadline = firstAt + TimeUnit.MINUTES.toNanos(1);
            Map<String, Object> timetable =
                    runs(0, 50, "perSecond", 100, "firstAt", firstAt, "skip", 10, "deadline", deadline);
            triggers.ask("timetable", timetable);

            JsonNode latency = child.ask("latency", timetable);

            assertThat(latency.get("left").asInt()).isZero();
            assertThat(latency.get("verified").asBoolean()).isTrue();
            assertThat(latency.get("p50").asDouble())
                    .isPositive()
                    .isLessThanOrEqualTo(latency.get("p99").asDouble());
        }
    }

    @Test
    void talliesWhatRan() {
        child.ask("bulk", runs(0, 100));
        child.ask("later", runs(100, 100));
        child.ask("work", runs(0, 100));
        while (child.ask("ran").get("ran").asInt() < 100) {
            Thread.onSpinWait();
        }

        JsonNode tally = child.ask("settle");

        assertThat(tally.get("clean").asBoolean()).isTrue();
        assertThat(tally.get("checksum").asLong()).isEqualTo(Tally.checksum(0, 100));
        child.ask("rest");
    }

    @Test
    void saysWhatItCannotDo() {
        assertThatThrownBy(() -> child.ask("dance")).hasMessageContaining("Errand could not dance");
    }
}
