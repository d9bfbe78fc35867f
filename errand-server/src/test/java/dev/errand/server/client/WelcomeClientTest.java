package dev.errand.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.client.ErrandClient;
import dev.errand.server.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What docs/client.md shows. */
class WelcomeClientTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    record Welcome(String email) {}

    static final Task<Welcome, String> WELCOME = Task.named("welcome-email", Welcome.class, String.class)
            .run((welcome, run) -> "greeted " + welcome.email());

    @AutoClose
    private static final TestServer server = TestServer.open(WELCOME);

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    String greet(URI address, String key) throws InterruptedException {
        try (Errand errand = ErrandClient.connect(address, key)) {
            Run<String> run = errand.trigger(WELCOME, new Welcome("ada@example.org"));
            return run.await(Duration.ofSeconds(30));
        }
    }

    void watch(Errand errand, RunId id) {
        errand.run(id, WELCOME).onFinish(result -> told.add(result.state() + " " + result.run()));
        errand.on(EventFilter.ofTask("welcome-email").withName("run.state"), event -> told.add(event.name()));
    }

    static Errand patient(URI address, String key) {
        return ErrandClient.to(address)
                .key(key)
                .connectTimeout(Duration.ofSeconds(5))
                .answerTimeout(Duration.ofSeconds(30))
                .patience(Duration.ofMinutes(5))
                .connect();
    }

    @Test
    void aWelcomeIsSentFromAfar() throws Exception {
        String key = server.key(Role.OPERATOR);
        assertThat(greet(server.uri(), key)).isEqualTo("greeted ada@example.org");
        try (Errand errand = patient(server.uri(), key)) {
            Run<String> run = errand.trigger(
                    WELCOME, new Welcome("b@example.org"), TriggerOptions.none().after(Duration.ofHours(1)));
            watch(errand, run.id());
            run.cancel();
            assertThat(List.of(heard(), heard())).contains("run.state", "CANCELED " + run.id());
        }
    }

    private String heard() throws InterruptedException {
        String said = told.poll(60, TimeUnit.SECONDS);
        assertThat(said).isNotNull();
        return said;
    }

    @Test
    void whatThePageShowsIsWhatIsTested() throws IOException {
        String page = Files.readString(Path.of("../docs/client.md"));
        String source = Files.readString(Path.of("src/test/java/dev/errand/server/client/WelcomeClientTest.java"));
        List<String> examples = EXAMPLE.matcher(page)
                .results()
                .map((MatchResult example) -> example.group(1))
                .toList();
        assertThat(examples)
                .isNotEmpty()
                .allSatisfy(example -> assertThat(dense(source)).contains(dense(example)));
    }

    /** Without white space, which the formatter may lay out otherwise. */
    private static String dense(String text) {
        return text.replaceAll("\\s+", "");
    }
}
