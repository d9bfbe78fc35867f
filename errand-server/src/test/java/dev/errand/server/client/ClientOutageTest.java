package dev.errand.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.TriggerOptions;
import dev.errand.client.ErrandClient;
import dev.errand.server.ErrandServer;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What waits in a client outlives the server it waits for. */
@Tag(TestServer.STORES)
class ClientOutageTest {
    @AutoClose
    private static final TestServer engine = Facts.server();

    private static ErrandServer start(int port) throws IOException {
        return ErrandServer.start(engine.errand(), ServerSettings.standard().port(port));
    }

    @Test
    void whoListensOrWaitsMissesNothingWhileTheServerIsAway() throws Exception {
        BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
        BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        ErrandServer first = start(0);
        URI address = first.uri();
        try (Errand errand = ErrandClient.connect(address, engine.key(Role.OPERATOR))) {
            errand.on(EventFilter.named("outage"), heard::add);
            Run<String> run = errand.trigger(Facts.LISTEN, Json.NULL, TriggerOptions.none());
            run.onFinish(result -> ended.add(result.unwrap()));
            engine.errand().raise("outage", 1);
            assertThat(heard.poll(60, TimeUnit.SECONDS)).isNotNull();
            // when the server is away
            first.close();
            engine.errand().raise("outage", 2);
            engine.errand().signal(run.id(), "word", "hello");
            // and another comes
            try (ErrandServer second = start(address.getPort())) {
                engine.errand().raise("outage", 3);
                // then all is told, once and in order
                assertThat(heard.poll(60, TimeUnit.SECONDS))
                        .extracting(Event::data)
                        .isEqualTo(new Json("2"));
                assertThat(heard.poll(60, TimeUnit.SECONDS))
                        .extracting(Event::data)
                        .isEqualTo(new Json("3"));
                assertThat(ended.poll(60, TimeUnit.SECONDS)).isEqualTo("hello");
                assertThat(second.uri()).isEqualTo(address);
                assertThat(heard).isEmpty();
            }
        }
    }
}
