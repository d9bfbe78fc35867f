package dev.errand.server.telling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.NewWebhookTarget;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.WebhookFilter;
import dev.errand.WebhookTargets;
import dev.errand.server.ErrandServer;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestStore;
import dev.errand.server.call.Secret;
import dev.errand.server.telling.Receiver.Posted;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed while it delivers, and events that are raised while there is none. */
class TellingDeathTest {
    private static final String SECRET = "correct horse battery staple, and more";
    private static final long SECONDS = 60;

    @TempDir
    private Path folder;

    private static ServerSettings settings() {
        return ServerSettings.standard()
                .port(0)
                .secret(SECRET)
                .targets(TargetSettings.standard().alsoToPrivate());
    }

    private static ErrandBuilder builder(String url) {
        return Errand.builder().store(url);
    }

    /** A server in a process of its own, which ends with this one. Argument: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = builder(arguments[0]).concurrency(2).open();
                ErrandServer server = ErrandServer.start(errand, settings())) {
            System.out.println(server.uri());
            while (System.in.read() >= 0) {
                // Until its parent ends.
            }
        }
    }

    private static Process start(String url) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TellingDeathTest.class.getName(),
                        url)
                .redirectError(Redirect.INHERIT)
                .start();
    }

    @Test
    void whoeverDiesEachEventIsDeliveredByOneRun() throws Exception {
        String url = TestStore.url(folder);
        try (Errand outside = builder(url).concurrency(0).open();
                Receiver receiver = new Receiver()) {
            NewWebhookTarget made = outside.webhookTargets()
                    .create(
                            receiver.uri("/hook"),
                            WebhookFilter.of("letter"),
                            TargetDelivery.sealing(Secret.of(SECRET))::seal);
            outside.raise("letter", 0);
            receiver.hold();
            Process process = start(url);
            Posted first = receiver.next();
            assertThat(first.json().get("data").get("data").intValue())
                    .as("raised before there was a server")
                    .isZero();
            outside.raise("letter", 1);
            Posted second = receiver.next();
            process.destroyForcibly().waitFor();
            receiver.goOn();
            outside.raise("letter", 2);
            ServerSettings settings = settings();
            try (ErrandServer server = ErrandServer.start(
                    outside,
                    settings.targets(settings.targets()
                            .by(() -> builder(url).concurrency(2).open())))) {
                assertThat(server.uri()).isNotNull();
                List<Posted> again = List.of(receiver.next(), receiver.next(), receiver.next());
                assertThat(again).extracting(Posted::id).doesNotHaveDuplicates().contains(first.id(), second.id());
                awaitEnds(outside);
            }
            assertThat(deliveries(outside))
                    .allSatisfy(run ->
                            assertThat(run.tags()).containsExactly(made.target().id()));
        }
    }

    private static List<RunInfo> deliveries(Errand errand) {
        return errand.runs(RunQuery.all().tasks(WebhookTargets.TASK)).items();
    }

    private static void awaitEnds(Errand errand) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!deliveries(errand).stream().allMatch(run -> run.state() == RunState.COMPLETED)) {
            assertThat(System.nanoTime()).as("all are delivered in time").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(deliveries(errand)).hasSize(3);
    }
}
