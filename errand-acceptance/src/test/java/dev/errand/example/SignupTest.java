package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Default;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.PayloadSchema;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of docs/schemas.md, so that what stands there compiles and holds. */
class SignupTest {
    record Signup(
            @NotNull @Email String mail,
            @Min(18) int age,
            @Default("en") String language,
            List<String> interests) {}

    static final Task<Signup, String> WELCOME =
            Task.named("welcome", Signup.class, String.class).run((signup, run) -> "Welcome in " + signup.language());

    static final Task<Json, String> CONVERT =
            Task.named("convert", Json.class, String.class).schema("""
                    {"type": "object",
                     "properties": {"from": {"enum": ["EUR", "USD"]},
                                    "cents": {"type": "integer", "minimum": 1, "coerce": true},
                                    "places": {"type": "integer", "default": 2}},
                     "required": ["from", "cents"]}
                    """).run((order, run) -> order.text());

    static final Task<Duration, String> NAP = Task.named("nap", Duration.class, String.class)
            .parser(json -> Duration.parse("PT" + json.text().replace("\"", "")))
            .run((time, run) -> "slept " + time);

    @Test
    void aRecordSaysWhatFits() throws InterruptedException {
        try (TestErrand test = TestErrand.open(WELCOME)) {
            Run<Json> run = test.errand().trigger("welcome", new Json("{\"mail\":\"ada@example.org\",\"age\":36}"));
            assertThat(test.finish(run)).hasOutput(new Json("\"Welcome in en\""));

            assertThatExceptionOfType(InvalidPayloadException.class)
                    .isThrownBy(() -> test.errand().trigger(WELCOME, new Signup("ada", 36, "en", List.of())))
                    .withMessage("The payload does not fit task welcome at /mail: an email address is needed");
        }
    }

    @Test
    void aSchemaIsWrittenByHand() throws InterruptedException {
        try (TestErrand test = TestErrand.open(CONVERT)) {
            Run<String> run = test.errand().trigger(CONVERT, new Json("{\"from\":\"EUR\",\"cents\":\"250\"}"));
            assertThat(test.finish(run)).hasOutput("{\"from\":\"EUR\",\"cents\":250,\"places\":2}");
        }
    }

    @Test
    void aTypesSchemaCoercesIfAsked() throws InterruptedException {
        Task<Signup, Integer> strict = Task.named("age", Signup.class, Integer.class)
                .schema(PayloadSchema.ofType().coercing())
                .run((signup, run) -> signup.age());
        try (TestErrand test = TestErrand.open(strict)) {
            Run<Json> run = test.errand().trigger("age", new Json("{\"mail\":\"ada@example.org\",\"age\":\"36\"}"));
            assertThat(test.finish(run)).hasOutput(new Json("36"));
        }
    }

    @Test
    void aParserTakesWhatOnlyItKnows() throws InterruptedException {
        try (TestErrand test = TestErrand.open(NAP)) {
            assertThat(test.finish(test.errand().trigger("nap", "20m"))).hasOutput(new Json("\"slept PT20M\""));
        }
    }
}
