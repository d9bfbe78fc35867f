package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.chaos.Entry.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of limits counts who was alive at a time, and nobody else. */
class OccupancyTest {
    private static final long A = 101;
    private static final long B = 102;

    private final List<Entry> entries = new ArrayList<>();

    private OccupancyTest then(long pid, Kind kind, String run, String where) {
        entries.add(new Entry(entries.size(), pid, kind, 0, run, where));
        return this;
    }

    private int atMost(String account) {
        return new Occupancy(entries).atMost(account).size();
    }

    @Test
    void bodiesThatFollowEachOtherAreNotThereAtATime() {
        then(A, Kind.ENTERED, "run_1", "few")
                .then(A, Kind.LEFT, "run_1", "few")
                .then(B, Kind.ENTERED, "run_2", "few")
                .then(B, Kind.LEFT, "run_2", "few");
        assertThat(atMost("few")).isEqualTo(1);
        assertThat(atMost(Occupancy.ALL)).isEqualTo(1);
    }

    @Test
    void bodiesOfAllProcessesCountTogetherByQueueAndByKey() {
        then(A, Kind.ENTERED, "run_1", "keyed k1")
                .then(B, Kind.ENTERED, "run_2", "keyed k2")
                .then(A, Kind.ENTERED, "run_3", "few")
                .then(B, Kind.LEFT, "run_2", "keyed k2")
                .then(B, Kind.ENTERED, "run_4", "keyed k1");
        assertThat(atMost("keyed")).isEqualTo(2);
        assertThat(atMost("keyed k1")).isEqualTo(2);
        assertThat(atMost("keyed k2")).isEqualTo(1);
        assertThat(atMost("few")).isEqualTo(1);
        assertThat(atMost(Occupancy.ALL)).isEqualTo(3);
    }

    @Test
    void aKilledProcessHasNoBodies() {
        then(A, Kind.ENTERED, "run_1", "few").then(A, Kind.STRUCK, "", "").then(B, Kind.ENTERED, "run_1", "few");
        assertThat(atMost("few")).isEqualTo(1);
        assertThat(atMost("run_1")).isEqualTo(1);
    }

    @Test
    void aProcessThatStillWritesLivesThoughItWasStruck() {
        then(A, Kind.ENTERED, "run_1", "few")
                .then(A, Kind.STRUCK, "", "")
                .then(B, Kind.ENTERED, "run_1", "few")
                .then(A, Kind.ENTERED, "run_2", "few");
        assertThat(atMost("few")).isEqualTo(3);
        assertThat(atMost("run_1")).isEqualTo(2);
    }
}
