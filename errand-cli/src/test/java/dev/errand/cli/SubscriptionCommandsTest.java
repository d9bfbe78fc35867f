package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events that are raised from the command line, and durable subscriptions that hear of them. */
@Tag(TestStore.ON_BOTH)
class SubscriptionCommandsTest {
    private final BlockingQueue<Event> heard = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() throws Exception {
        cli = new Cli(folder);
        cli.know(cli.script("echo.sh", "cat"));
    }

    @Test
    void anEventIsRaisedAndTheSubscriptionThatHeardOfItListedAndRemoved() throws Exception {
        assertThat(cli.call("subscriptions", "list", "--json").out().strip()).isEqualTo("[ ]");
        try (Errand errand = Errand.builder().store(cli.store()).concurrency(0).open()) {
            errand.subscribe("desk", EventFilter.named("counted"), heard::add).close();
            Cli.Said raised = cli.call("events", "raise", "counted", "--data", "{\"n\":1}");
            assertThat(raised.out()).describedAs(raised.err()).isEqualTo("raised\n");
            assertThat(cli.call("events", "raise", "counted").code()).isZero();
            errand.subscribe("desk", EventFilter.named("counted"), heard::add);
            assertThat(next().data()).hasToString("{\"n\":1}");
            assertThat(next()).satisfies(event -> {
                assertThat(event.data()).isNull();
                assertThat(event.isOutside()).isTrue();
            });
        }
        JsonNode listed = new JsonMapper()
                .readTree(cli.call("subscriptions", "list", "--json").out())
                .get(0);
        assertThat(listed.get("name").stringValue()).isEqualTo("desk");
        assertThat(listed.get("acknowledged").intValue()).isEqualTo(2);
        assertThat(cli.call("subscriptions", "list").out()).containsPattern("desk +2 ");
        assertThat(cli.call("subscriptions", "remove", "desk").out()).isEqualTo("removed\n");
        Cli.Said again = cli.call("subscriptions", "remove", "desk");
        assertThat(again.code()).isOne();
        assertThat(again.err()).contains("there is no subscription 'desk'");
    }

    @Test
    void whatCannotBeRaisedIsAMistakeInTheCommand() throws Exception {
        Cli.Said said = cli.call("events", "raise", "run.state");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("does not begin with 'run.'");
        assertThat(cli.call("events", "raise", "counted", "--data", "{").code()).isEqualTo(2);
    }

    private Event next() throws InterruptedException {
        Event event = heard.poll(60, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event;
    }
}
