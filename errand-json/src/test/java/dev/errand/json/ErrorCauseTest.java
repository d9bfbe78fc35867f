package dev.errand.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchId;
import dev.errand.BatchNotFoundException;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.KeyConflictException;
import dev.errand.MetadataEdit;
import dev.errand.MetadataTooLargeException;
import dev.errand.QueueFullException;
import dev.errand.QueueNotFoundException;
import dev.errand.RunId;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.ScheduleNotFoundException;
import dev.errand.ScheduleQuery;
import dev.errand.StepNotFoundException;
import dev.errand.StoreException;
import dev.errand.TaskNotFoundException;
import dev.errand.TokenId;
import dev.errand.TokenNotFoundException;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors, changes and queries come back as they were. */
class ErrorCauseTest {
    static Stream<RuntimeException> errors() {
        RunId run = RunId.next();
        return Stream.of(
                new RunNotFoundException(run),
                new BatchNotFoundException(BatchId.next(Instant.EPOCH)),
                new TokenNotFoundException(TokenId.random()),
                new TaskNotFoundException("bui", List.of("buy", "build")),
                new ScheduleNotFoundException("x", List.of("y")),
                new StepNotFoundException(run, "a", List.of("b", "c")),
                new QueueNotFoundException("mail"),
                new KeyConflictException("buy", "k", run),
                new QueueFullException("mail", 5, 7),
                new InvalidPayloadException("buy", "/count", "a whole number is needed"),
                new InvalidPayloadException("buy", "", "it is too large"),
                new MetadataTooLargeException(run, 300_000));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorIsMadeAgainOfWhatIsToldOfIt(RuntimeException error) {
        byte[] told = ApiJson.bytes(ErrorCause.of(error).orElseThrow());
        RuntimeException again = ApiJson.read(told, ErrorCause.class).error().orElseThrow();
        assertThat(again).hasSameClassAs(error).hasMessage(error.getMessage());
        assertThat(again)
                .usingRecursiveComparison()
                .ignoringFields("stackTrace")
                .isEqualTo(error);
    }

    @Test
    void whatIsNotKnownHereIsNoError() {
        assertThat(ErrorCause.of(new StoreException("away"))).isEmpty();
        byte[] newer = "{\"type\":\"LaterException\",\"what\":1}".getBytes(UTF_8);
        assertThat(ApiJson.read(newer, ErrorCause.class).error()).isEmpty();
        byte[] lacking = "{\"type\":\"RunNotFoundException\"}".getBytes(UTF_8);
        assertThat(ApiJson.read(lacking, ErrorCause.class).error()).isEmpty();
    }

    @Test
    void changesOfMetadataComeBack() {
        for (MetadataEdit edit : List.of(
                new MetadataEdit.Set("a", Map.of("b", List.of(1, "c"))),
                new MetadataEdit.Set("$.a.b", null),
                new MetadataEdit.Delete("a"),
                new MetadataEdit.Append("a", 1),
                new MetadataEdit.Remove("a", "x"),
                new MetadataEdit.Increment("a", -1.5),
                new MetadataEdit.Update(Map.of("a", true)))) {
            byte[] sent = ApiJson.bytes(MetadataEditJson.of(edit));
            assertThat(ApiJson.read(sent, MetadataEditJson.class).edit()).isEqualTo(edit);
        }
    }

    @Test
    void queriesComeBack() {
        RunQuery runs = RunQuery.all()
                .ids(RunId.next())
                .tags("a, b")
                .states(RunState.FAILED)
                .createdFrom(Instant.EPOCH)
                .test(true)
                .byStage()
                .limit(7);
        assertThat(ApiJson.read(ApiJson.bytes(runs), RunQuery.class)).isEqualTo(runs);
        TokenQuery tokens = TokenQuery.all().states(TokenState.PENDING).before(null);
        assertThat(ApiJson.read(ApiJson.bytes(tokens), TokenQuery.class)).isEqualTo(tokens);
        ScheduleQuery schedules = ScheduleQuery.all().task("a").skip(3);
        assertThat(ApiJson.read(ApiJson.bytes(schedules), ScheduleQuery.class)).isEqualTo(schedules);
    }

    @Test
    void sameJsonIsTheSameInWhateverOrder() {
        assertThat(ValueJson.isSame(new Json("{\"a\":1,\"b\":[2]}"), new Json("{ \"b\" : [2], \"a\":1 }")))
                .isTrue();
        assertThat(ValueJson.isSame(new Json("1"), new Json("2"))).isFalse();
    }
}
