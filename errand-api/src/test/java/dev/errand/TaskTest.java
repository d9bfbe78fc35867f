package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTest {
    private static Task<String, ?> task(String id) {
        return Task.named(id, String.class).run((payload, run) -> {});
    }

    @ParameterizedTest
    @ValueSource(strings = {"Example", "a", "9", "mail.send/now:v2_x-y", "größe"})
    void anIdHasLettersDigitsAndSomeMarks(String id) {
        assertThat(task(id).id()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-a", "a b", "a\n", "a%", ".hidden"})
    void anIdThatIsNoneIsRefusedAndNamed(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task(id))
                .withMessageContaining("'" + id + "' is no task id");
    }

    @Test
    void anIdLongerThan128CharactersIsRefused() {
        assertThat(task("x".repeat(128)).id()).hasSize(128);
        assertThatIllegalArgumentException().isThrownBy(() -> task("x".repeat(129)));
    }

    @Test
    void anAliasIsAnIdToo() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Task.named("ok", String.class).aliases("not ok").run((payload, run) -> {}))
                .withMessageContaining("'not ok'");
    }

    @Test
    void theReservedArgumentIsRefusedAsADefault() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Task.named("mail", Json.class)
                        .arguments(Map.of(Task.RESERVED_ARGUMENT, 1))
                        .run((payload, run) -> {}))
                .withMessageContaining("$run");
    }

    @Test
    void aTaskDoesNotChangeWhenTheMapItWasGivenDoes() {
        Map<String, Object> arguments = new HashMap<>(Map.of("name", "Rick"));
        Task<Json, ?> task = Task.named("mail", Json.class).arguments(arguments).run((payload, run) -> {});
        arguments.put("name", "Morty");
        assertThat(task.options().arguments()).containsExactly(Map.entry("name", "Rick"));
    }

    @Test
    void aCopyWithOtherOptionsLeavesTheFirstAsItIs() {
        Task<String, ?> first = task("mail");
        Task<String, ?> second = first.withOptions(first.options().withDescription("Sends mail"));
        assertThat(first.options().description()).isEmpty();
        assertThat(second.options().description()).isEqualTo("Sends mail");
    }

    @Test
    void aTypeReferenceKnowsItsArgument() {
        assertThat(new TypeRef<List<String>>() {}.type().getTypeName()).isEqualTo("java.util.List<java.lang.String>");
    }

    @Test
    void durationsNobodyCanMeanAreRefusedAndNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Timeout.ofRun(Duration.ofSeconds(-5)))
                .withMessageContaining("timeout is PT-5S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskOptions.defaults().withTtl(Duration.ofSeconds(Long.MAX_VALUE)))
                .withMessageContaining("ttl");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retention.all(Duration.ofDays(-1)))
                .withMessageContaining("retention");
    }
}
