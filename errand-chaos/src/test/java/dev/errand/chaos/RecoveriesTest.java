package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.chaos.Entry.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is measured of what killed processes held. */
class RecoveriesTest {
    private static final long KILLED = 1;
    private static final long SECOND = 2;
    private static final long OTHER = 3;

    private final List<Entry> entries = new ArrayList<>();

    private void at(int second, long pid, Kind kind, String run, String detail) {
        entries.add(new Entry(TimeUnit.SECONDS.toNanos(second), pid, kind, pid, run, detail));
    }

    private List<Duration> measured() {
        return new Recoveries(entries).sinceLastKill();
    }

    @Test
    void whatAKilledProcessHeldCountsFromTheLastKillUntilAnotherHasTheFirstOfIt() {
        at(1, KILLED, Kind.CLAIMED, "a", "1");
        at(1, KILLED, Kind.CLAIMED, "b", "1");
        at(2, KILLED, Kind.STRUCK, "", "");
        at(3, SECOND, Kind.STRUCK, "", "");
        at(21, OTHER, Kind.CLAIMED, "a", "1");
        at(40, OTHER, Kind.CLAIMED, "b", "1");
        at(41, OTHER, Kind.STRUCK, "", "close");

        assertThat(measured()).containsExactly(Duration.ofSeconds(18));
    }

    @Test
    void whatItHadGivenUpDoesNotCount() {
        at(1, KILLED, Kind.CLAIMED, "a", "1");
        at(2, KILLED, Kind.RECORDED, "a", "Retried");
        at(3, KILLED, Kind.STRUCK, "", "");
        at(60, OTHER, Kind.CLAIMED, "a", "2");

        assertThat(measured()).isEmpty();
    }
}
