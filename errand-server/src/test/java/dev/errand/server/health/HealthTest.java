package dev.errand.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.NodeInfo;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class HealthTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aServerIsReadyUntilItsNodeClaimsNothing() throws InterruptedException {
        try (TestServer server = TestServer.open()) {
            assertThat(server.get("/health/live").at("status")).isEqualTo("live");
            assertThat(server.get("/health/ready").at("status")).isEqualTo("ready");
            NodeInfo self = server.errand().nodes().getFirst();
            server.errand().drainNode(self.number());
            Reply drained = await(server, 503);
            assertThat(drained.error()).contains("drained");
            assertThat(server.get("/health/live").status()).as("still").isEqualTo(200);
            server.errand().nodeConcurrency(self.number(), 1);
            await(server, 200);
        }
    }

    private static Reply await(TestServer server, int status) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        Reply reply = server.get("/health/ready");
        while (reply.status() != status) {
            assertThat(System.nanoTime()).as("the status is " + status).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
            reply = server.get("/health/ready");
        }
        return reply;
    }
}
