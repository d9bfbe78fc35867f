package dev.errand.server.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.server.call.Query;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final Remembered remembered = new Remembered(10);

    private static Seen seen(int runs) {
        Map<RunId, Long> digests = new HashMap<>();
        for (int i = 0; i < runs; i++) {
            digests.put(RunId.next(), 31L * i + 7);
        }
        return new Seen(digests);
    }

    /** Of who begins, and is answered with this. */
    private Place after(Seen seen) {
        Place begun = Place.read(Query.read("offset=-1"), List.of(), NOW);
        remembered.keep(begun, seen);
        return at(begun, seen);
    }

    private static Place at(Place before, Seen seen) {
        String place = "handle=%s&offset=%s".formatted(before.handle().text(), before.offset(seen, NOW));
        return Place.read(Query.read(place), List.of(), NOW.plusSeconds(60));
    }

    @Test
    void whatSomebodyHasIsKnownByHisWords() {
        Seen seen = seen(3);
        Place place = after(seen);
        assertThat(place.handle().begun()).as("as he said it").isEqualTo(NOW);
        assertThat(place.has(seen)).isTrue();
        assertThat(remembered.of(place)).isEqualTo(seen);
        Seen other = seen(4);
        assertThat(remembered.of(at(place, other)))
                .as("an answer that never came")
                .isNull();
        assertThat(remembered.of(Place.read(Query.read("offset=-1"), List.of(), NOW)))
                .isNull();
    }

    @Test
    void thoseWhoCameLeastLatelyAreForgottenFirst() {
        Seen seen = seen(4);
        Place first = after(seen);
        Place second = after(seen);
        assertThat(remembered.of(first)).isNotNull();
        Place third = after(seen);
        assertThat(remembered.of(second)).isNull();
        assertThat(remembered.of(first)).isNotNull();
        assertThat(remembered.of(third)).isNotNull();
        remembered.keep(first, seen(9));
        assertThat(remembered.of(third)).isNull();
        Place tooMany = after(seen(11));
        assertThat(remembered.of(tooMany)).isNull();
        Place single = after(seen(1));
        assertThat(remembered.of(single)).as("not worth it").isNull();
    }

    @Test
    void aFingerprintTellsWhatIsOtherwise() {
        RunId run = RunId.next();
        RunId other = RunId.next();
        Seen before = new Seen(Map.of(run, 1L, other, Long.MIN_VALUE));
        Seen after = new Seen(Map.of(run, 2L, other, Long.MIN_VALUE));
        assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint()).isBetween(0L, 999_999_999_999_999_999L);
        assertThat(after.beyond(before)).containsExactly(run);
        assertThat(after.beyond(new Seen(Map.of()))).containsExactlyInAnyOrder(run, other);
        assertThat(new Seen(Map.of(run, 1L)).beyond(before)).as("what is gone").isEmpty();
    }
}
