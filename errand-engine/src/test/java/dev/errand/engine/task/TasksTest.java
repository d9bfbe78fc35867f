package dev.errand.engine.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.DuplicateTaskException;
import dev.errand.Machine;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskNotFoundException;
import dev.errand.engine.json.Codec;
import dev.errand.engine.schema.Contracts;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TasksTest {
    private final Tasks tasks = new Tasks(
            new Offer(Set.of("gpu"), Machine.SMALL_2X),
            new Defaults(Retry.none(), null, null, null),
            List.of(),
            new Contracts(new Codec()));

    private static Task<?, ?> task(String id, String... aliases) {
        return Task.named(id, String.class).aliases(aliases).retry(Retry.none()).run((payload, run) -> {});
    }

    @Test
    void aTaskIsFoundByIdAndAliasIgnoringCase() {
        Task<?, ?> mail = task("Mail", "Letter");
        tasks.add(mail);
        assertThat(tasks.find("mAIL")).isSameAs(mail);
        assertThat(tasks.find("letter")).isSameAs(mail);
        assertThat(tasks.find("post")).isNull();
        assertThat(tasks.names()).containsExactlyInAnyOrder("Mail", "Letter");
    }

    @Test
    void aTakenNameIsRefusedAndTheFirstStays() {
        Task<?, ?> mail = task("mail", "letter");
        tasks.add(mail);
        for (Task<?, ?> clash : Set.of(task("MAIL"), task("Letter"), task("post", "mail"), task("card", "LETTER"))) {
            assertThatExceptionOfType(DuplicateTaskException.class).isThrownBy(() -> tasks.add(clash));
        }
        assertThat(tasks.all()).containsExactly(mail);
        assertThat(tasks.find("post")).isNull();
    }

    @Test
    void aTaskThatNamesItselfTwiceIsRefused() {
        assertThatExceptionOfType(DuplicateTaskException.class).isThrownBy(() -> tasks.add(task("mail", "Mail")));
        assertThat(tasks.all()).isEmpty();
    }

    @Test
    void anEditFreesTheAliasesOfTheOldOne() {
        tasks.add(task("mail", "letter"));
        Task<?, ?> next = task("mail", "post");
        tasks.edit(next);
        assertThat(tasks.find("letter")).isNull();
        assertThat(tasks.find("post")).isSameAs(next);
    }

    @Test
    void anEditThatTakesAnothersNameIsRefusedAndChangesNothing() {
        Task<?, ?> mail = task("mail", "letter");
        tasks.add(mail);
        tasks.add(task("post"));
        assertThatExceptionOfType(DuplicateTaskException.class).isThrownBy(() -> tasks.edit(task("mail", "post")));
        assertThat(tasks.find("letter")).isSameAs(mail);
        assertThat(tasks.find("mail")).isSameAs(mail);
    }

    @Test
    void aTaskThatSaysNothingOfMaxDurationHasTheEngines() {
        Tasks limited = new Tasks(
                new Offer(Set.of(), Machine.SMALL_2X),
                new Defaults(Retry.none(), null, null, Duration.ofMinutes(1)),
                List.of(),
                new Contracts(new Codec()));
        limited.add(task("plain"));
        limited.add(
                Task.named("own", Void.class).maxDuration(Duration.ofSeconds(5)).run((payload, run) -> {}));
        limited.add(Task.named("endless", Void.class).maxDuration(Duration.ZERO).run((payload, run) -> {}));
        assertThat(limited.all())
                .extracting(task -> task.options().maxDuration())
                .containsExactlyInAnyOrder(Duration.ofMinutes(1), Duration.ofSeconds(5), null);
    }

    @Test
    void onlyAKnownIdIsEditedAnAliasIsNot() {
        tasks.add(task("mail", "letter"));
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> tasks.edit(task("letter")))
                .withMessageContaining("No task 'letter'");
    }

    @Test
    void removingIsSilentAndTakesTheAliasesAlong() {
        tasks.add(task("mail", "letter"));
        assertThat(tasks.remove("MAIL")).isTrue();
        assertThat(tasks.remove("mail")).isFalse();
        assertThat(tasks.find("letter")).isNull();
        assertThat(tasks.names()).isEmpty();
    }

    @Test
    void theNamesAreTheSameSetUntilSomethingChanges() {
        tasks.add(task("mail"));
        Set<String> before = tasks.names();
        assertThat(tasks.names()).isSameAs(before);
    }

    @Test
    void theNamesAreThoseOfTheTasksThisNodeMayRun() {
        tasks.add(
                Task.named("draw", Void.class).nodeTags("gpu").aliases("paint").run((payload, run) -> {}));
        tasks.add(Task.named("render", Void.class).nodeTags("gpu", "big").run((payload, run) -> {}));
        assertThat(tasks.names()).containsExactlyInAnyOrder("draw", "paint");
        assertThat(tasks.all()).hasSize(2);
    }
}
