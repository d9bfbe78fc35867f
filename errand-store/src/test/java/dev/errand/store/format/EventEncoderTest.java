package dev.errand.store.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Report;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written comes back, whatever its size. */
class EventEncoderTest {
    private final Instant now = Instant.parse("2026-03-01T12:00:00.123456Z");
    private final RunId run = RunId.next();

    @Test
    void eventsComeBackAsTheyWere() {
        List<Event> events = roundTrip(encoder -> {
            encoder.state(run, 1, null, 0, null, RunState.DELAYED, micros(0));
            encoder.state(run, 1, "ä name", 200, RunState.QUEUED, RunState.EXECUTING, micros(-90_000_000));
            encoder.then(RunState.EXECUTING, RunState.CRASHED, micros(5));
            encoder.noted(run, 1, "", 1, micros(0));
            encoder.raised(run, 1, null, 1, new Report.Raised("r".repeat(5000), now, "\"" + "x".repeat(70_000) + "\""));
        });
        assertThat(events).extracting(Event::run).containsOnly(run);
        assertThat(events).extracting(Event::runName).containsExactly(null, "ä name", "ä name", "", null);
        assertThat(events).extracting(Event::attempt).containsExactly(0, 200, 200, 1, 1);
        assertThat(events).extracting(Event::from).startsWith(null, RunState.QUEUED, RunState.EXECUTING, null);
        assertThat(events)
                .extracting(Event::to)
                .containsExactly(RunState.DELAYED, RunState.EXECUTING, RunState.CRASHED, null, null);
        assertThat(events.get(1).at()).isEqualTo(now.minusSeconds(90));
        assertThat(events.get(2).at()).isEqualTo(now.plusNanos(5000));
        assertThat(events.get(4).name()).hasSize(5000);
        assertThat(events.get(4).data()).isEqualTo(new Json("\"" + "x".repeat(70_000) + "\""));
        assertThat(events).extracting(Event::task).containsOnly("greet");
    }

    @Test
    void thousandsOfEventsFitACommit() {
        List<Event> events = roundTrip(encoder -> {
            for (int i = 0; i < 20_000; i++) {
                encoder.state(run, 1, null, i, null, RunState.QUEUED, micros(i));
            }
        });
        assertThat(events).hasSize(20_000);
        assertThat(events).extracting(Event::position).isSorted().doesNotHaveDuplicates();
        assertThat(events.getLast().attempt()).isEqualTo(19_999);
    }

    private long micros(long offset) {
        return Times.micros(now) + offset;
    }

    private interface Writing {
        void to(EventEncoder encoder);
    }

    private List<Event> roundTrip(Writing writing) {
        EventEncoder encoder = new EventEncoder();
        encoder.begin(Times.micros(now));
        writing.to(encoder);
        return new EventDecoder(encoder.body(), 7, encoder.base(), 3, number -> number == 1 ? "greet" : "?").events();
    }
}
