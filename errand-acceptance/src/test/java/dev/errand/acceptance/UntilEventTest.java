package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.LoopAnswer;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Bodies that wait in a condition for events. */
class UntilEventTest extends Conditions {
    private static final EventFilter LETTER = EventFilter.named("letter");

    private final Task<String, String> sender = Task.named("sender", String.class, String.class)
            .run((letter, run) -> {
                run.raise("letter", letter);
                return letter;
            });

    private final Task<String, Json> probe = Task.named("probe", String.class, Json.class)
            .run((payload, run) -> {
                Json mine = new Json("\"" + run.id() + "\"");
                return untilLetterIs(mine, EventFilter.named("probe"), run);
            });

    private final Task<Integer, Json> reader = Task.named("reader", Integer.class, Json.class)
            .run((mine, run) -> untilLetterIs(new Json(mine.toString()), LETTER, run));

    private static Json untilLetterIs(Json data, EventFilter filter, RunContext run) throws InterruptedException {
        return run.until(
                "mail",
                Json.class,
                () -> run.latestEvent(filter, event -> data.equals(event.data()))
                        .map(Event::data));
    }

    private Optional<Json> letter(RunContext run, EventFilter filter) {
        looks.incrementAndGet();
        return run.latestEvent(filter).map(Event::data);
    }

    private Body untilLetter(EventFilter filter) {
        return context -> context.until("mail", Json.class, () -> letter(context, filter));
    }

    /** Waits, and is woken by nothing that was before. */
    private Run<Object> settled(Body body) throws InterruptedException {
        Run<Object> run = waiting(body);
        allIsHeard(); // whoever is the first to wait is told that somebody reads the log from now on
        allIsHeard();
        test.until(run, RunState.WAITING);
        return run;
    }

    /** Another who waits is woken by an event: all before were heard of by then. */
    private void allIsHeard() throws InterruptedException {
        test.errand().put(probe);
        Run<Json> run = test.errand().trigger(probe, "");
        test.until(run, RunState.WAITING);
        test.errand().raise("probe", run.id().toString());
        test.finish(run);
    }

    // ── what wakes it

    @Test
    void aRunGoesOnWhenAnEventIsRaisedForWhichItHasLooked() throws InterruptedException {
        Run<Object> run = waiting(untilLetter(LETTER));
        test.errand().raise("Letter", "hello");
        assertThat(test.finish(run))
                .isCompleted()
                .hasOutput("hello")
                .hasAttempts(1)
                .hasSteps("mail");
        assertThat(looks).hasValueBetween(2, 3);
    }

    @Test
    void aRunGoesOnWhenAnotherRaisesTheEvent() throws InterruptedException {
        test.errand().put(sender);
        Run<Object> run = waiting(untilLetter(LETTER.withTask("SENDER")));
        test.errand().raise("letter", "from nobody");
        test.errand().trigger(sender, "from a run");
        assertThat(test.finish(run)).isCompleted().hasOutput("from a run");
    }

    @Test
    void whatWasRaisedSinceTheTriggerIsNotWaitedFor() throws InterruptedException {
        test.errand().put(sender);
        Task<String, Json> late = Task.named("late", String.class, Json.class)
                .run((payload, run) -> run.until("mail", Json.class, () -> letter(run, LETTER)));
        test.errand().put(late);
        Run<Json> run = test.errand().trigger(late, "", TriggerOptions.none().after(Duration.ofHours(1)));
        test.errand().raise("letter", "early");
        test.errand().raise("letter", "later");
        assertThat(test.finish(run)).isCompleted();
        assertThat(run.info().output()).isEqualTo(new Json("\"later\""));
        assertThat(looks).hasValue(1);
    }

    @Test
    void whatWasRaisedLongBeforeTheTriggerDoesNotCount() throws InterruptedException {
        test.errand().raise("letter", "old");
        test.advance(Duration.ofMinutes(2));
        Run<Object> run = waiting(untilLetter(LETTER));
        test.errand().raise("letter", "new");
        assertThat(test.finish(run)).isCompleted().hasOutput("new");
    }

    @Test
    void anEventWhileTheConditionLooksIsNotMissed() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> context.until("mail", Json.class, () -> {
            Optional<Json> seen = letter(context, LETTER);
            if (looks.get() == 1) {
                Thread.ofVirtual()
                        .start(() -> test.errand().raise("letter", "meanwhile"))
                        .join();
            }
            return seen;
        })));
        assertThat(run).isCompleted().hasOutput("meanwhile");
    }

    @Test
    void whatTheBodyRaisedItselfIsAnEventLikeAnyOther() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> {
            context.raise("letter", "to myself");
            return untilLetter(LETTER.withRun(context.id())).run(context);
        }));
        assertThat(run).isCompleted().hasOutput("to myself");
        assertThat(bodies).hasValueBetween(1, 3);
    }

    @Test
    void eventsThatDoNotPassWakeNobody() throws InterruptedException {
        Run<Object> run = settled(untilLetter(LETTER.withRunName("weekly")));
        int before = looks.get();
        test.errand().put(sender);
        test.errand().raise("letter", 1);
        test.errand().raise("postcard", 1);
        Run<String> daily =
                test.errand().trigger(sender, "daily", TriggerOptions.none().name("daily"));
        test.finish(daily);
        allIsHeard();
        assertThat(run).hasState(RunState.WAITING);
        assertThat(looks).hasValue(before);
        test.errand().trigger(sender, "weekly", TriggerOptions.none().name("weekly"));
        assertThat(test.finish(run)).isCompleted().hasOutput("weekly");
        assertThat(looks).hasValue(before + 1);
    }

    @Test
    void eventsAreTakenByPatternsAndByTags() throws InterruptedException {
        test.errand().put(sender);
        Run<Object> run = waiting(untilLetter(EventFilter.named("l*r").withTags("urgent", "big")));
        test.errand().trigger(sender, "small", TriggerOptions.none().tags("small"));
        test.errand().trigger(sender, "big", TriggerOptions.none().tags("big", "blue"));
        assertThat(test.finish(run)).isCompleted().hasOutput("big");
    }

    /** An event that follows does not hide the one for which it waits. */
    @Test
    void anEventIsTakenByWhatItTells() throws InterruptedException {
        test.errand().put(reader);
        List<Run<Json>> runs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            runs.add(test.errand().trigger(reader, i));
        }
        for (int i = 0; i < 20; i++) {
            test.errand().raise("letter", i);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(test.finish(runs.get(i))).isCompleted();
            assertThat(runs.get(i).info().output()).isEqualTo(new Json(String.valueOf(i)));
        }
    }

    @Test
    void aValueOrAnEventSuffices() throws InterruptedException {
        Body body = context -> context.until(
                "rich or told",
                String.class,
                () -> letter(context, LETTER)
                        .map(Json::text)
                        .or(() -> moreThanTen().map(String::valueOf)));
        Run<Object> byValue = settled(body);
        assertThat(test.errand().why(byValue.id()))
                .contains("waits for 'rich or told'", "when value 'balance' changes or event 'letter' is raised");
        balance.set(11);
        assertThat(test.finish(byValue)).isCompleted().hasOutput("11");
        balance.remove();
        Run<Object> byEvent = waiting(body);
        test.errand().raise("letter", 7);
        assertThat(test.finish(byEvent)).isCompleted().hasOutput("7");
    }

    @Test
    void aLoopHasTheLatestOfEachTime() throws InterruptedException {
        List<String> seen = new CopyOnWriteArrayList<>();
        Run<Object> run = trigger(context -> context.loop("mails", iteration -> {
            Json now = context.untilChanges("mail", Json.class, () -> letter(context, LETTER));
            context.step("see", () -> seen.add(now.text()));
            return now.text().equals("0") ? LoopAnswer.done(iteration) : LoopAnswer.again();
        }));
        for (int number : new int[] {2, 1, 0}) {
            test.errand().raise("letter", number);
            Soon.await("it is seen", () -> seen.contains(String.valueOf(number)));
        }
        assertThat(test.finish(run)).isCompleted();
        assertThat(seen).containsExactly("2", "1", "0");
    }

    // ── what is said and refused

    @Test
    void aRunThatWaitsSaysForWhat() throws InterruptedException {
        Run<Object> run = settled(untilLetter(LETTER));
        assertThat(test.errand().why(run.id()))
                .contains("waits for 'mail' to hold", "looks again when event 'letter' is raised");
        assertThat(run.steps()).singleElement().satisfies(step -> {
            assertThat(step.state()).isEqualTo(StepState.WAITING);
            assertThat(step.result()).isEqualTo(new Json("[{\"event\":\"letter\"}]"));
        });
        assertThat(test.errand().values("", 10).items()).isEmpty();
        assertThat(test.errand().subscriptions()).isEmpty();
    }

    @Test
    void eventsOfTheEnginesAreNotReadInABody() throws InterruptedException {
        List<String> refused = new CopyOnWriteArrayList<>();
        Run<Object> run = test.finish(trigger(context -> {
            refused.add(refusal(() -> context.latestEvent(EventFilter.named("run.state"))));
            refused.add(refusal(() -> context.latestEvent(EventFilter.named("RUN.*"))));
            return context.latestEvent(EventFilter.all()).isPresent();
        }));
        assertThat(run).isCompleted().hasOutput(false);
        assertThat(refused).allSatisfy(why -> assertThat(why).contains("no event that anybody raises", "infoOf"));
    }

    @Test
    void whatTheEngineSubscribesToIsNobodyElses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.errand().subscribe("\u0001events", LETTER, event -> {}))
                .withMessageContaining("control character");
        assertThat(test.errand().removeSubscription("\u0001events")).isFalse();
    }
}
