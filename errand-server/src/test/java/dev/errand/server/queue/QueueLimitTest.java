package dev.errand.server.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Json;
import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.QueueNotFoundException;
import dev.errand.Queues;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many runs of a queue execute at a time, over HTTP. */
@Tag(TestServer.STORES)
class QueueLimitTest {
    @AutoClose
    private static final TestServer server = TestServer.open(Task.named("echo", Json.class, Json.class)
            .queue(TaskQueue.named("mail").concurrency(3).maxPending(1_000))
            .run((payload, run) -> payload));

    @AfterEach
    void asDeclared() {
        server.errand().queues().reset("mail");
    }

    private static Reply override(String body) {
        return server.post("/api/v1/queues/mail/concurrency/override", body);
    }

    private static Reply reset() {
        return server.post("/api/v1/queues/mail/concurrency/reset", "{\"type\": \"custom\"}");
    }

    private static Limits limits() {
        return server.errand().queues().get("mail").limits();
    }

    @Test
    void anOverrideHoldsUntilItIsReset() {
        for (int limit : List.of(0, 1, 100_000)) {
            Reply reply = override("{\"type\": \"custom\", \"concurrencyLimit\": " + limit + "}");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.at("concurrencyLimit")).isEqualTo(Integer.toString(limit));
            assertThat(reply.at("concurrency"))
                    .isEqualTo(("{\"current\":%1$d,\"base\":3,\"override\":%1$d,\"overriddenAt\":null,"
                                    + "\"overriddenBy\":null}")
                            .formatted(limit));
            assertThat(limits().concurrency()).isEqualTo(limit);
        }
        Reply reply = reset();
        assertThat(reply.at("concurrencyLimit")).isEqualTo("3");
        assertThat(reply.at("concurrency")).contains("\"override\":null");
        assertThat(server.errand().queues().get("mail").override()).isNull();
        assertThat(reset().status()).as("there is nothing to reset").isEqualTo(200);
    }

    @Test
    void aTaskWithoutALimitCanBeGivenOne() {
        String path = "/api/v1/queues/echo/concurrency/";
        Reply given = server.post(path + "override", "{\"type\": \"task\", \"concurrencyLimit\": 7}");
        assertThat(given.at("concurrencyLimit")).isEqualTo("7");
        assertThat(given.at("concurrency")).contains("\"base\":null", "\"override\":7");
        assertThat(server.post(path + "reset", "{\"type\": \"task\"}").body()).contains("\"concurrencyLimit\":null");
    }

    @Test
    void whatElseAnOperatorSaidOfTheLimitsStays() {
        Limits others = Limits.none().concurrencyPerKey(2).maxPending(50);
        server.errand().queues().limit("mail", others);
        override("{\"type\": \"custom\", \"concurrencyLimit\": 1}");
        assertThat(server.errand().queues().get("mail").override()).isEqualTo(others.concurrency(1));
        reset();
        assertThat(server.errand().queues().get("mail").override()).isEqualTo(others);
        server.errand().queues().limit("mail", Limits.none().concurrency(2).onConflict(OnConflict.DROP));
        assertThat(reset().at("concurrencyLimit")).isEqualTo("3");
        assertThat(limits().onConflict()).isEqualTo(OnConflict.WAIT);
    }

    @Test
    void whatIsNoLimitChangesNothing() {
        for (String limit : List.of("-1", "100001", "1.5", "\"1\"", "null", "1e99", "true", "[1]")) {
            Reply reply = override("{\"type\": \"custom\", \"concurrencyLimit\": " + limit + "}");
            assertThat(reply.status()).as(limit).isEqualTo(400);
            assertThat(reply.at("param")).as(limit).isEqualTo("concurrencyLimit");
        }
        assertThat(override("{\"type\": \"custom\"}").at("param")).isEqualTo("concurrencyLimit");
        assertThat(override("{\"type\": \"mail\", \"concurrencyLimit\": 1}").at("param"))
                .isEqualTo("type");
        assertThat(server.post("/api/v1/queues/mail/concurrency/reset", "{\"type\": 1}")
                        .status())
                .isEqualTo(400);
        Queues queues = server.errand().queues();
        assertThatIllegalArgumentException().isThrownBy(() -> queues.limitConcurrency("mail", -1));
        assertThatExceptionOfType(QueueNotFoundException.class).isThrownBy(() -> queues.limitConcurrency("nope", 1));
        assertThat(queues.get("mail").override()).isNull();
    }
}
