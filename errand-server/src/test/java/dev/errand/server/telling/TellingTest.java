package dev.errand.server.telling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.NewWebhookTarget;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Subscription;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.WebhookFilter;
import dev.errand.WebhookHealth;
import dev.errand.WebhookTarget;
import dev.errand.WebhookTargets;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import dev.errand.server.call.Secret;
import dev.errand.server.telling.Receiver.Answer;
import dev.errand.server.telling.Receiver.Posted;
import dev.errand.server.webhook.StandardWebhooks.Verdict;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is posted to webhook targets, by a server to a receiver, over HTTP. */
@Tag(TestServer.STORES)
class TellingTest {
    private static final String SECRET = "correct horse battery staple, and more";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Task<Json, Json> WORK =
            Task.named("work", Json.class, Json.class).run((payload, run) -> payload);

    @AutoClose
    private static final TestServer server = TestServer.open(
            ServerSettings.standard()
                    .secret(SECRET)
                    .targets(TargetSettings.standard().alsoToPrivate()),
            WORK);

    private static final WebhookTargets targets = server.errand().webhookTargets();

    @AutoClose
    private Receiver receiver;

    @BeforeEach
    void receive() throws IOException {
        receiver = new Receiver();
        server.test().clock().advance(Duration.ofSeconds(1)); // what happened before is older than its targets
    }

    @AfterEach
    void removeTargets() {
        targets.list().forEach(target -> targets.remove(target.id()));
    }

    private static NewWebhookTarget create(URI url, WebhookFilter filter) {
        return targets.create(url, filter, TargetDelivery.sealing(Secret.of(SECRET))::seal);
    }

    private NewWebhookTarget create(WebhookFilter filter) {
        return create(receiver.uri("/hook"), filter);
    }

    private static List<RunInfo> deliveries(NewWebhookTarget made) {
        return server.errand()
                .runs(RunQuery.all()
                        .tasks(WebhookTargets.TASK)
                        .tags(made.target().id()))
                .items();
    }

    /** The only one. */
    private static Run<Json> delivery(NewWebhookTarget made) {
        List<RunInfo> runs = deliveries(made);
        assertThat(runs).hasSize(1);
        return server.errand().run(runs.getFirst().id());
    }

    private static WebhookHealth health(NewWebhookTarget made) {
        return targets.find(made.target().id()).orElseThrow().health();
    }

    @Test
    void anEventIsPostedOnceSignedWithTheTargetsSecret() throws Exception {
        NewWebhookTarget made = create(WebhookFilter.of("order.*"));
        server.errand().raise("other", null);
        server.errand().raise("order.paid", Map.of("order", 17));
        Posted posted = receiver.next();
        assertThat(posted.path()).isEqualTo("/hook");
        assertThat(posted.headers().getFirst("content-type")).isEqualTo("application/json");
        assertThat(posted.type()).isEqualTo("order.paid");
        assertThat(posted.json().get("data").get("data").get("order").intValue())
                .isEqualTo(17);
        Instant told = Instant.parse(posted.json().get("timestamp").stringValue());
        assertThat(told).isBeforeOrEqualTo(server.errand().now());
        assertThat(posted.verdict(made.secret(), server.errand().now())).isEqualTo(Verdict.GENUINE);
        assertThat(posted.verdict(
                        "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
                        server.errand().now()))
                .isEqualTo(Verdict.FORGED);
        assertThat(delivery(made).await(SOON)).isEqualTo(new Json("{\"status\":200}"));
        assertThat(delivery(made).info().tags()).containsExactly(made.target().id());
        assertThat(health(made).lastDeliveredAt()).isNotNull();
        assertThat(receiver.hasNothing()).isTrue();
    }

    @Test
    void changesOfStateAreToldByTypeTaskAndTag() throws Exception {
        NewWebhookTarget made =
                create(WebhookFilter.of("run.completed").withTasks("Work").withTags("urgent", "big"));
        server.errand().trigger(WORK, Json.NULL).await(SOON);
        Run<Json> run =
                server.errand().trigger(WORK, Json.NULL, TriggerOptions.none().tags("urgent"));
        Posted posted = receiver.next();
        assertThat(posted.type()).isEqualTo("run.completed");
        assertThat(posted.json().get("data").get("run").stringValue())
                .isEqualTo(run.id().toString());
        assertThat(posted.json().get("data").get("to").stringValue()).isEqualTo("COMPLETED");
        delivery(made).await(SOON);
        assertThat(receiver.hasNothing()).isTrue();
    }

    @Test
    void whatIsNotTakenIsPostedAgainTheSameWayAndWhenTheTargetSays() throws Exception {
        receiver.willAnswer(Answer.of(500), new Answer(503, Map.of("retry-after", "7200")), Answer.of(202));
        NewWebhookTarget made = create(WebhookFilter.of("retried"));
        server.errand().raise("retried", null);
        Posted first = receiver.next();
        Run<Json> run = delivery(made);
        Instant due = retrying(run);
        Instant now = server.errand().now();
        assertThat(Duration.between(now, due)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
        assertThat(health(made).failingSince()).isEqualTo(now);
        assertThat(health(made).lastFailure()).isEqualTo("it answered 500");
        server.test().clock().set(due);
        Posted second = receiver.next();
        Instant later = retrying(run);
        assertThat(later).isEqualTo(server.errand().now().plusSeconds(7_200));
        server.test().clock().set(later);
        Posted third = receiver.next();
        assertThat(run.await(SOON)).isEqualTo(new Json("{\"status\":202}"));
        assertThat(List.of(second.id(), third.id())).containsOnly(first.id());
        assertThat(List.of(second.text(), third.text())).containsOnly(first.text());
        assertThat(third.verdict(made.secret(), later)).as("signed anew").isEqualTo(Verdict.GENUINE);
        assertThat(health(made).failingSince()).isNull();
        assertThat(run.log()).anyMatch(line -> line.message().contains("answered 503"));
    }

    private static Instant retrying(Run<?> run) throws InterruptedException {
        server.test().until(run, RunState.RETRYING);
        return Objects.requireNonNull(run.info().dueAt());
    }

    @Test
    void whoIsGoneIsDisabledAndThatIsToldAndMayBeEnabledAgain() throws Exception {
        BlockingQueue<Event> told = new LinkedBlockingQueue<>();
        Subscription notices = server.errand().on(EventFilter.named(WebhookTargets.DISABLED), told::add);
        receiver.willAnswer(Answer.of(410));
        NewWebhookTarget made = create(WebhookFilter.of("gone"));
        server.errand().raise("gone", 1);
        receiver.next();
        assertThat(String.valueOf(next(told).data())).contains(made.target().id(), "it answered 410");
        notices.close();
        assertThat(health(made).disabledAt()).isNotNull();
        assertThat(server.test().finish(delivery(made)).state()).isEqualTo(RunState.FAILED);
        create(receiver.uri("/other"), WebhookFilter.of("gone"));
        server.errand().raise("gone", 2);
        assertThat(receiver.next().path()).isEqualTo("/other");
        assertThat(targets.enable(made.target().id())).isTrue();
        server.errand().raise("gone", 3);
        List<Posted> both = List.of(receiver.next(), receiver.next());
        assertThat(both).extracting(Posted::path).containsExactlyInAnyOrder("/hook", "/other");
        assertThat(both)
                .allSatisfy(posted -> assertThat(
                                posted.json().get("data").get("data").intValue())
                        .isEqualTo(3));
    }

    private static Event next(BlockingQueue<Event> events) throws InterruptedException {
        Event event = events.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).as("something is heard in time").isNotNull();
        return event;
    }

    @Test
    void fiveDaysOfNothingButFailuresDisable() throws Exception {
        receiver.usually(500);
        NewWebhookTarget made = create(WebhookFilter.of("down"));
        server.errand().raise("down", 1);
        receiver.next();
        assertThat(server.test().finish(delivery(made)).state()).isEqualTo(RunState.FAILED);
        assertThat(delivery(made).attempts()).hasSize(15);
        assertThat(targets.find(made.target().id()).orElseThrow().isEnabled()).isTrue();
        Instant since = Objects.requireNonNull(health(made).failingSince());
        server.test().clock().set(since.plus(Duration.ofDays(5)));
        server.errand().raise("down", 2);
        while (deliveries(made).size() < 2) {
            receiver.next();
        }
        RunId second = deliveries(made).getFirst().id();
        Run<Json> run = server.errand().run(second);
        assertThat(server.test().finish(run).state()).isEqualTo(RunState.FAILED);
        assertThat(run.attempts()).hasSize(1);
        assertThat(health(made).disabledFor()).contains("nothing could be delivered since", "it answered 500");
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        receiver.willAnswer(new Answer(307, Map.of("location", "/elsewhere")));
        NewWebhookTarget made = create(WebhookFilter.of("redirected"));
        server.errand().raise("redirected", null);
        receiver.next();
        Run<Json> run = delivery(made);
        Instant due = retrying(run);
        assertThat(health(made).lastFailure()).isEqualTo("it answered 307");
        assertThat(receiver.hasNothing()).isTrue();
        server.test().clock().set(due);
        assertThat(receiver.next().path()).isEqualTo("/hook");
        run.await(SOON);
    }

    @Test
    void whatHappensToDeliveriesIsToldToNobody() throws Exception {
        NewWebhookTarget made = create(WebhookFilter.of("*"));
        server.errand().raise("a", null);
        assertThat(receiver.next().type()).isEqualTo("a");
        delivery(made).await(SOON);
        server.errand().raise("b", null);
        assertThat(receiver.next().type()).isEqualTo("b");
    }

    @Test
    void bothSecretsSignAsLongAsTheyOverlap() throws Exception {
        NewWebhookTarget made = create(WebhookFilter.of("rotated"));
        NewWebhookTarget rotated = targets.rotate(
                        made.target().id(), Duration.ofHours(1), TargetDelivery.sealing(Secret.of(SECRET))::seal)
                .orElseThrow();
        server.errand().raise("rotated", 1);
        Posted both = receiver.next();
        assertThat(both.verdict(made.secret(), server.errand().now())).isEqualTo(Verdict.GENUINE);
        assertThat(both.verdict(rotated.secret(), server.errand().now())).isEqualTo(Verdict.GENUINE);
        server.test().clock().advance(Duration.ofHours(1));
        server.errand().raise("rotated", 2);
        Posted one = receiver.next();
        assertThat(one.verdict(made.secret(), server.errand().now())).isEqualTo(Verdict.FORGED);
        assertThat(one.verdict(rotated.secret(), server.errand().now())).isEqualTo(Verdict.GENUINE);
    }

    @Test
    void anEventThatIsReadTwiceIsDeliveredOnce() throws Exception {
        NewWebhookTarget made = create(WebhookFilter.of("twice"));
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        Subscription heard = server.errand().on(EventFilter.named("twice"), events::add);
        server.errand().raise("twice", null);
        Event event = next(events);
        heard.close();
        receiver.next();
        delivery(made).await(SOON);
        Telling.trigger(server.errand(), made.target(), event);
        assertThat(deliveries(made)).hasSize(1);
    }

    @Test
    void tasksThatServersBringAreNotListed() throws Exception {
        NewWebhookTarget made = create(WebhookFilter.of("listed"));
        server.errand().raise("listed", null);
        receiver.next();
        delivery(made).await(SOON);
        assertThat(server.errand().tasks()).extracting(task -> task.id()).containsExactly("work");
        assertThat(server.errand().task(WebhookTargets.TASK)).isPresent();
    }

    @Test
    void nothingGoesToAddressesThatAreNotPublic() throws Exception {
        try (TestServer strict = TestServer.open(ServerSettings.standard().secret(SECRET))) {
            for (String host : List.of("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0")) {
                URI url = URI.create(receiver.uri("/inside").toString().replace("127.0.0.1", host));
                strict.errand()
                        .webhookTargets()
                        .create(url, WebhookFilter.of("inside"), TargetDelivery.sealing(Secret.of(SECRET))::seal);
            }
            strict.errand().raise("inside", null);
            RunQuery failed = RunQuery.all().tasks(WebhookTargets.TASK).states(RunState.FAILED);
            long end = System.nanoTime() + SOON.toNanos();
            while (strict.errand().runs(failed).items().size() < 5) {
                assertThat(System.nanoTime()).as("all fail in time").isLessThan(end);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertThat(strict.errand().runs(failed).items())
                    .allSatisfy(run -> assertThat(String.valueOf(run.failure())).contains("not public"));
            assertThat(strict.errand().webhookTargets().list())
                    .extracting(WebhookTarget::health)
                    .allSatisfy(health -> assertThat(health.lastFailure()).contains("not public"));
            assertThat(receiver.hasNothing()).isTrue();
        }
    }
}
