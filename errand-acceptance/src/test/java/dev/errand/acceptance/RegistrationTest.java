package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.DuplicateTaskException;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TaskNotFoundException;
import dev.errand.TimeoutFrom;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    private static final Task<String, String> EXAMPLE =
            Task.named("Example", String.class, String.class).run((payload, run) -> run.task() + " " + payload);

    @AutoClose
    private final TestErrand test = TestStore.open();

    @Test
    void aTaskWithoutRetriesReportsItsDefaults() { // case 1
        test.errand()
                .add(Task.named("Example", String.class).retry(Retry.none()).run((payload, run) -> {}));
        TaskInfo task = test.errand().task("Example").orElseThrow();
        assertThat(task.timeout().limit()).isNull();
        assertThat(task.timeout().from()).isEqualTo(TimeoutFrom.CREATION);
        assertThat(task.attempts()).isEqualTo(1);
        assertThat(task.retryDelay()).isEqualTo(Duration.ZERO);
        assertThat(task.automaticRetry()).isFalse();
    }

    @Test
    void aTaskReportsWhatItSays() {
        test.errand()
                .add(Task.named("Full", new TypeRef<List<String>>() {}, new TypeRef<Map<String, Integer>>() {})
                        .description("Counts words")
                        .aliases("old-name")
                        .timeout(Duration.ofSeconds(30))
                        .ttl(Duration.ofHours(1))
                        .arguments(Map.of("language", "en"))
                        .run((payload, run) -> Map.of()));
        TaskInfo task = test.errand().task("OLD-NAME").orElseThrow();
        assertThat(task.id()).isEqualTo("Full");
        assertThat(task.description()).isEqualTo("Counts words");
        assertThat(task.aliases()).containsExactly("old-name");
        assertThat(task.payloadType()).contains("List<").contains("String");
        assertThat(task.attempts()).isEqualTo(3); // D1
        assertThat(task.automaticRetry()).isTrue();
        assertThat(task.timeout().limit()).isEqualTo(Duration.ofSeconds(30));
        assertThat(task.ttl()).isEqualTo(Duration.ofHours(1));
        assertThat(task.arguments()).isEqualTo(Map.of("language", "en"));
        assertThat(task.declaredAt()).isEqualTo(test.clock().instant());
    }

    @Test
    void aSecondTaskOfTheSameNameIsRefusedAndTheFirstStays() throws InterruptedException { // case 2
        test.errand().add(EXAMPLE);
        assertThatExceptionOfType(DuplicateTaskException.class)
                .isThrownBy(() ->
                        test.errand().add(Task.named("example", String.class).run((payload, run) -> {})))
                .withMessageContaining("'example'");
        assertThat(test.run(EXAMPLE, "one")).isEqualTo("Example one");
        assertThat(test.errand().tasks()).hasSize(1);
    }

    @Test
    void aTaskIsTriggeredIgnoringCaseAndReportsItsIdAsRegistered() throws InterruptedException { // case 3
        test.errand().add(EXAMPLE);
        Run<Json> run = test.errand().trigger("eXAMPLE", "two");
        test.finish(run);
        assertThat(run).isCompleted().hasOutput(new Json("\"Example two\""));
        assertThat(run.info().task()).isEqualTo("Example");
    }

    @Test
    void anUnknownTaskIsNamedAndNoRunExists() { // case 4, D13
        test.errand().add(EXAMPLE);
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> test.errand().trigger("ghost", null))
                .withMessageContaining("'ghost'")
                .satisfies(error -> assertThat(error.similar()).isEmpty());
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void aMistypedTaskIsAnsweredWithTheOneMeant() {
        test.errand().add(EXAMPLE);
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> test.errand().trigger("exmaple", null))
                .withMessage("No task 'exmaple'; did you mean Example?");
    }

    @Test
    void removingAnUnknownTaskIsSilent() { // case 39
        assertThatCode(() -> test.errand().remove("ghost")).doesNotThrowAnyException();
        assertThatCode(() -> test.errand().withdraw("ghost")).doesNotThrowAnyException();
    }

    @Test
    void editingAnUnknownTaskFails() {
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> test.errand().edit(EXAMPLE))
                .withMessageContaining("'Example'");
    }

    @Test
    void aTaskAddedWhileRunningCanBeTriggeredAtOnce() throws InterruptedException { // case 47 without HTTP
        Task<String, String> late =
                Task.named("late", String.class, String.class).run((payload, run) -> payload + "!");
        Task<String, String> adder = Task.named("adder", String.class, String.class)
                .run((payload, run) -> {
                    test.errand().add(late);
                    return run.trigger(late, payload).id().toString();
                });
        test.errand().add(adder);
        String id = test.run(adder, "now");
        Run<String> run = test.errand().run(RunId.of(id), late);
        assertThat(test.finish(run)).hasOutput("now!");
    }

    @Test
    void aTaskIsTriggeredUnderItsFormerName() throws InterruptedException {
        Task<String, String> renamed = Task.named("greeting", String.class, String.class)
                .aliases("welcome")
                .run((payload, run) -> run.task());
        test.errand().add(renamed);
        Run<Json> run = test.errand().trigger("Welcome", "x");
        assertThat(test.finish(run)).hasOutput(new Json("\"greeting\""));
        assertThat(run.info().task()).isEqualTo("greeting");
    }

    @Test
    void aRemovedTaskIsUnknownAndMayBeAddedAnew() throws InterruptedException {
        test.errand().add(EXAMPLE);
        test.errand().remove("EXAMPLE");
        assertThat(test.errand().tasks()).isEmpty();
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> test.errand().trigger(EXAMPLE, "x"));
        test.errand().add(EXAMPLE);
        assertThat(test.run(EXAMPLE, "again")).isEqualTo("Example again");
    }

    @Test
    void allTasksAreRemovedAtOnce() {
        test.errand().add(EXAMPLE);
        test.errand().add(Task.named("other", Json.class).run((payload, run) -> {}));
        test.errand().removeAll();
        assertThat(test.errand().tasks()).isEmpty();
    }
}
