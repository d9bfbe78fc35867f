package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Default;
import dev.errand.ErrandBuilder;
import dev.errand.FailureKind;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.PayloadSchema;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payloads are checked where they come in and before each attempt, and completed for the body. */
@Tag(TestStore.ONCE)
class SchemaTest {
    private static final String PERSON = """
            {"type": "object",
             "properties": {"name": {"type": "string", "default": "John"}, "age": {"type": "number"}},
             "required": ["age"]}
            """;

    private static final Task<Json, String> BY_HAND =
            Task.named("by-hand", Json.class, String.class).schema(PERSON).run((person, run) -> person.text());

    record Person(@Default("John") String name, double age) {}

    record Member(@NotNull @Email String mail, @Min(18) int age) {}

    private static final Task<Member, String> JOIN =
            Task.named("join", Member.class, String.class).run((member, run) -> member.mail());

    @TempDir
    private Path folder;

    private void refused(TestErrand test, Runnable trigger, String path) {
        assertThatExceptionOfType(InvalidPayloadException.class)
                .isThrownBy(trigger::run)
                .satisfies(error -> assertThat(error.path()).isEqualTo(path));
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void defaultsOfASchemaByHandAreFilledIn() throws InterruptedException { // case 170
        try (TestErrand test = TestStore.open(BY_HAND)) {
            Run<String> run = test.errand().trigger(BY_HAND, new Json("{\"age\":30}"));
            assertThat(test.finish(run).await(Duration.ZERO)).isEqualTo("{\"age\":30,\"name\":\"John\"}");
            assertThat(run.info().payload()).isEqualTo(new Json("{\"age\":30}"));
        }
    }

    @Test
    void defaultsOfARecordAreFilledIn() throws InterruptedException { // case 170
        Task<Person, String> task =
                Task.named("person", Person.class, String.class).run((person, run) -> person.name() + person.age());
        try (TestErrand test = TestStore.open(task)) {
            Run<Json> run = test.errand().trigger("person", new Json("{\"age\":30}"));
            assertThat(test.finish(run)).hasOutput(new Json("\"John30.0\""));
        }
    }

    @Test
    void whatDoesNotFitIsRefusedAndNoRunIsMade() { // case 171 without HTTP
        try (TestErrand test = TestStore.open(BY_HAND, JOIN)) {
            refused(test, () -> test.errand().trigger("by-hand", new Json("{\"age\":\"x\"}")), "/age");
            refused(test, () -> test.errand().trigger(BY_HAND, new Json("{}")), "/age");
            refused(test, () -> test.errand().trigger(JOIN, new Member("ada", 20)), "/mail");
            refused(test, () -> test.errand().trigger("join", new Json("{\"mail\":\"a@b.c\",\"age\":17}")), "/age");
            List<Member> members = List.of(new Member("a@b.c", 20), new Member("b@b.c", 7));
            refused(test, () -> test.errand().triggerAll(JOIN, members), "/age");
            List<TriggerRequest> requests =
                    List.of(TriggerRequest.of("by-hand", new Json("{\"age\":1}")), TriggerRequest.of("join", null));
            refused(test, () -> test.errand().triggerAll(requests), "");
        }
    }

    @Test
    void theMessageSaysWhereAndWhatWouldBeRight() {
        try (TestErrand test = TestStore.open(JOIN)) {
            assertThatExceptionOfType(InvalidPayloadException.class)
                    .isThrownBy(() -> test.errand().trigger(JOIN, new Member("ada", 17)))
                    .withMessage(
                            "The payload does not fit task join at /mail: an email address is needed; at /age: at least 18 is needed");
        }
    }

    @Test
    void aNodeWithoutTheCodeChecksByWhatIsStored() throws InterruptedException {
        String url = TestStore.url(folder);
        SettableClock clock = new SettableClock();
        Consumer<ErrandBuilder> only = settings -> settings.store(url).concurrency(0);
        try (TestErrand works =
                        TestErrand.open(clock, settings -> settings.store(url).tasks(JOIN, BY_HAND));
                TestErrand triggers = TestErrand.open(clock, only)) {
            refused(
                    triggers,
                    () -> triggers.errand().trigger("join", new Json("{\"mail\":\"a@b.c\",\"age\":\"x\"}")),
                    "/age");
            refused(triggers, () -> triggers.errand().trigger(JOIN, new Member("ada", 20)), "/mail");
            Task<Json, String> other =
                    Task.named("by-hand", Json.class, String.class).run((it, run) -> "");
            refused(triggers, () -> triggers.errand().trigger(other, new Json("{\"age\":[]}")), "/age");
            Run<Json> run = triggers.errand().trigger("by-hand", new Json("{\"age\":1}"));
            assertThat(works.finish(works.errand().run(run.id()))).isCompleted();
        }
    }

    @Test
    void theDefinitionSaysTheSchema() {
        Task<Integer, Integer> plain =
                Task.named("plain", Integer.class, Integer.class).run((number, run) -> number);
        Task<Json, @Nullable Void> any = Task.named("any", Json.class).run((it, run) -> {});
        try (TestErrand test = TestStore.open(BY_HAND, JOIN, plain, any)) {
            assertThat(schema(test, "by-hand")).contains("\"default\":\"John\"");
            assertThat(schema(test, "join"))
                    .contains("\"format\":\"email\"")
                    .contains("\"required\":[\"mail\",\"age\"]");
            assertThat(schema(test, "plain")).isEqualTo("{\"type\":[\"integer\",\"null\"]}");
            assertThat(test.errand().task("any").orElseThrow().schema()).isNull();
        }
    }

    private static String schema(TestErrand test, String task) {
        return String.valueOf(test.errand().task(task).orElseThrow().schema());
    }

    @Test
    void aStoredPayloadThatFitsNoMoreEndsItsRunBeforeAnyHook() throws InterruptedException {
        List<String> trace = new CopyOnWriteArrayList<>();
        Task<Json, String> lax = Task.named("task", Json.class, String.class).run((it, run) -> "done");
        Task<Json, String> strict = Task.named("task", Json.class, String.class)
                .schema(PERSON)
                .retry(Retry.fixed(Duration.ZERO).attempts(5))
                .hooks(new Traced("", trace))
                .run((it, run) -> "done");
        try (TestErrand test = TestStore.open(lax)) {
            Run<Json> run = test.errand()
                    .trigger(
                            "task",
                            new Json("{\"age\":\"x\"}"),
                            TriggerOptions.none().after(Duration.ofMinutes(1)));
            test.errand().edit(strict);
            assertThat(test.finish(run))
                    .hasState(RunState.FAILED)
                    .hasAttempts(1)
                    .hasFailure(FailureKind.PAYLOAD);
            assertThat(run.info().failure()).isNotNull();
            assertThat(String.valueOf(run.info().reason()))
                    .contains("The payload does not fit task task at /age: it is text; a number is needed");
            assertThat(trace).isEmpty();
        }
    }

    @Test
    void aSchemaThatIsNoneIsRefusedWithTheTask() {
        try (TestErrand test = TestStore.open(JOIN)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> test.errand()
                            .add(Task.named("wrong", Json.class)
                                    .schema("{\"properties\":{\"a\":{\"type\":\"text\"}}}")
                                    .run((it, run) -> {})))
                    .withMessageStartingWith(
                            "Task wrong: the schema is wrong at /properties/a/type: 'text' is none of");
            assertThat(test.errand().task("wrong")).isEmpty();
        }
    }

    @Test
    void textIsTakenForNumbersWhereTheTaskSaysSo() throws InterruptedException {
        Task<Member, String> loose = Task.named("loose", Member.class, String.class)
                .schema(PayloadSchema.ofType().coercing())
                .run((member, run) -> member.mail() + member.age());
        try (TestErrand test = TestStore.open(loose)) {
            refused(
                    test,
                    () -> test.errand().trigger("loose", new Json("{\"mail\":\"a@b.c\",\"age\":\"17\"}")),
                    "/age");
            refused(
                    test,
                    () -> test.errand().trigger("loose", new Json("{\"mail\":\"a@b.c\",\"age\":\"old\"}")),
                    "/age");
            Run<Json> run = test.errand().trigger("loose", new Json("{\"mail\":\"a@b.c\",\"age\":\"18\"}"));
            assertThat(test.finish(run)).hasOutput(new Json("\"a@b.c18\""));
        }
    }

    @Test
    void aParserMakesThePayload() throws InterruptedException {
        Task<Duration, String> sleep = Task.named("sleep", Duration.class, String.class)
                .parser(json -> {
                    if (json.text().contains("never")) {
                        throw new InvalidPayloadException("sleep", "/for", "it must end");
                    }
                    return Duration.parse(json.text().replace("\"", "").toUpperCase(Locale.ROOT));
                })
                .run((time, run) -> time.toString());
        try (TestErrand test = TestStore.open(sleep)) {
            refused(test, () -> test.errand().trigger("sleep", "soon"), "");
            refused(test, () -> test.errand().trigger("sleep", "never"), "/for");
            assertThat(test.finish(test.errand().trigger("sleep", "pt60s"))).hasOutput(new Json("\"PT1M\""));
            assertThat(test.run(sleep, Duration.ofHours(1))).isEqualTo("PT1H");
        }
    }

    @Test
    void aReplayIsCheckedByTheSchemaOfToday() {
        try (TestErrand test = TestStore.open(settings -> settings.tasks(JOIN))) {
            Run<String> run = test.errand().trigger(JOIN, new Member("a@b.c", 20));
            test.errand()
                    .edit(Task.named("join", Member.class, String.class)
                            .schema("{\"properties\":{\"age\":{\"minimum\":21}}}")
                            .run((member, it) -> member.mail()));
            assertThatExceptionOfType(InvalidPayloadException.class)
                    .isThrownBy(run::replay)
                    .satisfies(error -> assertThat(error.path()).isEqualTo("/age"));
        }
    }
}
