package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.MetadataEdit.Append;
import dev.errand.MetadataEdit.Increment;
import dev.errand.MetadataEdit.Set;
import dev.errand.ReplayOptions;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What others note on a run while its body does the same; and replays that are to be otherwise. */
class OutsideNotesTest {
    private static final Task<String, Json> ECHO =
            Task.named("echo", String.class, Json.class).run((payload, run) -> new Json("\"" + payload + "\""));

    private final Gate gate = new Gate();

    @AutoClose
    private final TestErrand test = TestStore.open(
            ECHO,
            Task.named("count", String.class).retry(Retry.fixed(Duration.ZERO)).run((payload, run) -> {
                run.metadata().increment("n", 1).append("seen", "body").set("phase", "begun");
                gate.pass();
                run.metadata().increment("n", 1).set("attempt", run.attempt());
                if (run.attempt() == 1) {
                    throw new IllegalStateException("again");
                }
                run.metadata().set("theirs was", run.metadata().get("theirs"));
            }));

    @Test
    void whatBothChangeCountsAndTheNextAttemptSeesIt() throws InterruptedException {
        Run<Json> run = test.errand().trigger("count", "", TriggerOptions.none().metadata(Map.of("n", 10)));
        gate.awaitArrivals(1);
        run.editMetadata(List.of(new Increment("n", 100), new Append("seen", "other"), new Set("theirs", true)));
        gate.letPass(1);
        gate.awaitArrivals(1);
        Map<String, Object> then = run.editMetadata(List.of(new Increment("n", 1_000)));
        assertThat(((Number) then.get("n")).intValue())
                .as("all but perhaps the last of the body")
                .isBetween(1_112, 1_113);
        gate.letPass(1);
        Map<String, Object> last = test.finish(run).info().metadata();
        assertThat(last)
                .containsEntry("n", 1_114L)
                .containsEntry("theirs", true)
                .containsEntry("theirs was", true)
                .containsEntry("attempt", 2L)
                .containsEntry("phase", "begun");
        assertThat(String.valueOf(last.get("seen"))).isIn("[body, other, body]", "[other, body, body]");
    }

    @Test
    void aBodyBeginsWithWhatWasNotedWhileItsRunWaited() throws InterruptedException {
        gate.open();
        Run<Json> run = test.errand().trigger("count", "", TriggerOptions.none().after(Duration.ofHours(1)));
        run.editMetadata(List.of(new Set("theirs", "first"), new Increment("n", 5)));
        run.addTags("late");
        test.advance(Duration.ofHours(1));
        RunInfo last = test.finish(run).info();
        assertThat(last.metadata()).containsEntry("n", 9L).containsEntry("theirs was", "first");
        assertThat(last.tags()).containsExactly("late");
    }

    @Test
    void listenersHearOfNotes() throws InterruptedException {
        BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
        Run<Json> run = test.errand().trigger(ECHO, "x", TriggerOptions.none().after(Duration.ofHours(1)));
        test.errand().on(EventFilter.named(Event.NOTED), heard::add);
        run.editMetadata(List.of(new Set("a", 1)));
        Event event = heard.poll(Soon.SECONDS, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        assertThat(event.run()).isEqualTo(run.id());
    }

    @Test
    void whoListensByTagsHearsOfRunsThatGetTheirsLate() throws InterruptedException {
        BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
        TriggerOptions later = TriggerOptions.none().after(Duration.ofHours(1));
        Run<Json> run = test.errand().trigger(ECHO, "x", later);
        Run<Json> other = test.errand().trigger(ECHO, "y", later);
        test.errand().on(EventFilter.named(Event.NOTED).withTags("late"), heard::add);
        run.editMetadata(List.of(new Set("a", 1))); // which has somebody ask for its tags
        other.addTags("late");
        assertThat(heard.poll(Soon.SECONDS, TimeUnit.SECONDS)).returns(other.id(), Event::run);
        run.addTags("late");
        assertThat(heard.poll(Soon.SECONDS, TimeUnit.SECONDS)).returns(run.id(), Event::run);
    }

    @Test
    void aRunThatIsGoneTakesNoNotes() {
        Run<Json> run = test.errand().trigger(ECHO, "x", TriggerOptions.none().after(Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> run.addTags("ok", ""));
        run.forcePurge();
        assertThatExceptionOfType(RunNotFoundException.class).isThrownBy(() -> run.addTags("a"));
        assertThatExceptionOfType(RunNotFoundException.class)
                .isThrownBy(() -> run.editMetadata(List.of(new Set("a", 1))));
    }

    @Test
    void aReplayIsLikeItsRunButForWhatIsSaid() throws InterruptedException {
        TriggerOptions said = TriggerOptions.none()
                .tags("a")
                .metadata(Map.of("k", 1))
                .timeout(Duration.ofMinutes(3))
                .attempts(2);
        Run<Json> run = test.finish(test.errand().trigger(ECHO, "one", said));
        RunInfo same = run.replay().info();
        assertThat(same.tags()).containsExactly("a");
        assertThat(same.metadata()).isEqualTo(Map.of("k", 1L));
        assertThat(same.timeout()).isEqualTo(Duration.ofMinutes(3));
        assertThat(same.maxAttempts()).isEqualTo(2);
        Run<Json> other = run.replay(ReplayOptions.none()
                .payload("two")
                .with(options -> options.tags("b"))
                .with(options -> options.after(Duration.ofHours(1)).idempotencyKey("once")));
        assertThat(other.info().payload()).isEqualTo(new Json("\"two\""));
        assertThat(other.info().tags()).containsExactly("b");
        assertThat(other.state()).isEqualTo(RunState.DELAYED);
        assertThat(other.info().replayOf()).isEqualTo(run.id());
        Run<Json> again = run.replay(ReplayOptions.none().with(options -> options.idempotencyKey("once")));
        assertThat(again.id()).isEqualTo(other.id());
        assertThat(again.isHit()).isTrue();
    }
}
