package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    record Args(String name, String env) {}

    record Photo(String path, int width) {}

    private static final TypeRef<Map<String, Object>> MAP = new TypeRef<>() {};

    private final List<Map<String, Object>> seen = new CopyOnWriteArrayList<>();
    private final Task<Map<String, Object>, ?> mail = Task.named("mail", MAP)
            .arguments(Map.of("name", "Rick", "env", "Prod"))
            .run((payload, run) -> seen.add(Map.copyOf(payload)));
    private final Task<Args, String> typed =
            Task.named("typed", Args.class, String.class).run((payload, run) -> payload.name() + " " + payload.env());
    private final Task<Photo, ?> photo = Task.named("photo", Photo.class).run((payload, run) -> {});

    @AutoClose
    private final TestErrand test = TestStore.open(mail, typed, photo);

    @Test
    void whatTheTriggerSaysGoesOverTheDefaults() throws InterruptedException { // case 11
        test.run(mail, Map.of("env", "Test"));
        assertThat(seen).containsExactly(Map.of("name", "Rick", "env", "Test"));
    }

    @Test
    void withoutAPayloadTheDefaultsAreAll() throws InterruptedException {
        test.finish(test.errand().trigger("mail", null));
        assertThat(seen).containsExactly(Map.of("name", "Rick", "env", "Prod"));
    }

    @Test
    void namesOfArgumentsAreCaseSensitive() throws InterruptedException { // case 12
        Json payload = new Json("{\"Name\":\"Rick\",\"env\":\"Prod\"}");
        Json output = test.finish(test.errand().trigger("typed", payload)).await(Duration.ZERO);
        assertThat(output).isEqualTo(new Json("\"null Prod\""));
    }

    @Test
    void theReservedArgumentIsRefusedAndNoRunIsMade() { // case 13
        for (String task : List.of("mail", "typed")) {
            assertThatExceptionOfType(InvalidPayloadException.class)
                    .isThrownBy(() -> test.errand().trigger(task, Map.of(Task.RESERVED_ARGUMENT, 1, "name", "x")))
                    .withMessageContaining("$run")
                    .satisfies(error -> assertThat(error.path()).isEqualTo("/$run"));
        }
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void theReservedNameIsFreeBelowTheTopAndAsAValue() throws InterruptedException {
        test.run(mail, Map.of("name", "$run", "deep", Map.of("$run", 1)));
        assertThat(seen).singleElement().satisfies(args -> assertThat(args).containsEntry("name", "$run"));
    }

    @Test
    void aBodyMayIgnoreItsContext() throws InterruptedException { // case 14
        assertThat(test.run(typed, new Args("Rick", "Prod"))).isEqualTo("Rick Prod");
    }

    @Test
    void surplusArgumentsAreHarmless() throws InterruptedException {
        Json payload = new Json("{\"name\":\"Rick\",\"env\":\"Prod\",\"surplus\":[1,2]}");
        assertThat(test.finish(test.errand().trigger("typed", payload)).await(Duration.ZERO))
                .isEqualTo(new Json("\"Rick Prod\""));
    }

    @Test
    void eachAttemptGetsAFreshMap() throws InterruptedException {
        Task<Map<String, Object>, ?> greedy = Task.named("greedy", MAP)
                .arguments(Map.of("left", 1))
                .retry(Retry.fixed(Duration.ZERO).on(Exception.class, error -> RetryDecision.retry()))
                .run((payload, run) -> {
                    seen.add(new HashMap<>(payload));
                    payload.clear();
                    if (run.count() < 2) {
                        throw new IllegalStateException("again");
                    }
                });
        test.errand().add(greedy);
        test.run(greedy, Map.of());
        assertThat(seen).containsExactly(Map.of("left", 1), Map.of("left", 1), Map.of("left", 1));
    }

    @Test
    void aPayloadThatDoesNotFitIsRefusedAtTheTriggerWithPathAndReason() {
        assertThatExceptionOfType(InvalidPayloadException.class)
                .isThrownBy(() -> test.errand().trigger("photo", new Json("{\"path\":\"a\",\"width\":\"wide\"}")))
                .withMessageContaining("task photo at /width")
                .withMessageContaining("wide");
        assertThatExceptionOfType(InvalidPayloadException.class)
                .isThrownBy(() -> test.errand().trigger("photo", new Json("{\"path\":")))
                .withMessageContaining("photo");
        assertThatExceptionOfType(InvalidPayloadException.class)
                .isThrownBy(() -> test.errand().trigger("photo", new Json("")));
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void aPayloadAboveTheLimitIsRefusedAndNothingIsStored() {
        try (TestErrand small = TestStore.open(settings -> settings.tasks(photo).maxPayload(100))) {
            assertThatExceptionOfType(InvalidPayloadException.class)
                    .isThrownBy(() -> small.errand().trigger(photo, new Photo("x".repeat(200), 1)))
                    .withMessageContaining("at most 100");
            assertThat(small.errand().runs(RunQuery.all()).items()).isEmpty();
        }
    }
}
