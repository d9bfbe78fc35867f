package dev.errand.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Limits;
import dev.errand.QueueNotFoundException;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleNotFoundException;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduleState;
import dev.errand.Schedules;
import dev.errand.SignalAnswer;
import dev.errand.TaskNotFoundException;
import dev.errand.Token;
import dev.errand.TokenAnswer;
import dev.errand.TokenInfo;
import dev.errand.TokenOptions;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.Value;
import dev.errand.json.ValueJson;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What holds of all else that is in a store. */
abstract class StoreFacts extends Facts {
    // ── what there is besides

    @Test
    void signalsWaitUntilTheyAreReceived() {
        Run<String> run =
                errand().trigger(LISTEN, Json.NULL, TriggerOptions.none().after(Duration.ofHours(1)));
        assertThat(errand().signal(run.id(), "word", Map.of("a", 1))).isEqualTo(SignalAnswer.OK);
        assertThat(run.signals()).singleElement().satisfies(signal -> {
            assertThat(signal.name()).isEqualTo("word");
            assertThat(signal.value()).isEqualTo(new Json("{\"a\":1}"));
        });
        assertThatThrownBy(() -> errand().signal(run.id(), "", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTokenIsCompletedOnce() {
        Token<String> token = errand().tokens()
                .create(String.class, TokenOptions.none().name("ok").tags("t").idempotencyKey("tk"));
        assertThat(errand().tokens()
                        .create(TokenOptions.none().idempotencyKey("tk"))
                        .isHit())
                .isTrue();
        assertThat(errand().tokens().complete(token.id(), "yes")).isEqualTo(TokenAnswer.OK);
        assertThat(errand().tokens().fail(token.id(), "no")).isEqualTo(TokenAnswer.ENDED);
        TokenInfo info = errand().tokens().get(token.id());
        assertThat(info.state()).isEqualTo(TokenState.COMPLETED);
        assertThat(info.value()).isEqualTo(new Json("\"yes\""));
        assertThat(errand().tokens()
                        .list(TokenQuery.all().tags("t").states(TokenState.COMPLETED))
                        .items())
                .containsExactly(info);
        assertThatThrownBy(() -> errand().tokens().fail(token.id(), " ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aValueIsChangedSoThatNobodysChangeIsLost() throws Exception {
        Value<Map<String, Integer>> value = errand().value("count/of all", new TypeRef<Map<String, Integer>>() {});
        BlockingQueue<Optional<Map<String, Integer>>> seen = new LinkedBlockingQueue<>();
        assertThat(value.get()).isEmpty();
        try (var watch = value.watch(Runnable::run, seen::add)) {
            assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(Optional.empty());
            value.set(Map.of("n", 0));
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.startVirtualThread(() ->
                        value.update(now -> Map.of("n", now == null ? 1 : now.get("n") + 1))));
            }
            for (Thread thread : threads) {
                thread.join(PATIENCE);
            }
            Optional<Map<String, Integer>> last = seen.poll(60, TimeUnit.SECONDS);
            while (last != null && !last.equals(Optional.of(Map.of("n", 4)))) {
                last = seen.poll(60, TimeUnit.SECONDS);
            }
            assertThat(last).isNotNull();
        }
        assertThat(value.get()).contains(Map.of("n", 4));
        assertThat(errand().values("", 10).items()).contains(value.info());
        assertThat(value.update(now -> now)).contains(Map.of("n", 4));
        assertThat(value.remove()).isTrue();
        assertThat(value.remove()).isFalse();
        assertThat(value.info().version()).isZero();
        Value<Json> json = errand().value("json", Json.class);
        assertThatThrownBy(() -> json.set(Json.NULL)).isInstanceOf(IllegalArgumentException.class);
        json.set(new Json("1.50"));
        assertThat(json.update(now -> new Json("2"))).contains(new Json("2"));
        assertThat(errand().value("json", Integer.class).get()).contains(2);
    }

    @Test
    void queuesArePausedAndLimited() {
        assertThat(errand().queues().list()).extracting(queue -> queue.name()).contains("full", "task/buy");
        errand().queues().limit("task/buy", Limits.none().concurrency(3));
        errand().queues().limitConcurrency("task/buy", 2);
        errand().queues().pause("task/buy");
        assertThat(errand().queues().get("TASK/BUY")).satisfies(queue -> {
            assertThat(queue.paused()).isTrue();
            assertThat(queue.limits().concurrency()).isEqualTo(2);
        });
        errand().queues().limitConcurrency("task/buy", null);
        errand().queues().resume("task/buy");
        errand().queues().reset("task/buy");
        assertThat(errand().queues().get("task/buy")).satisfies(queue -> {
            assertThat(queue.paused()).isFalse();
            assertThat(queue.override()).isNull();
        });
        assertThatThrownBy(() -> errand().queues().pause("none")).isInstanceOf(QueueNotFoundException.class);
    }

    @Test
    void schedulesComeChangeAndGo() throws Exception {
        Schedules schedules = errand().schedules();
        Schedule rule =
                Schedule.cron("30 2 * * *").zone("Europe/Berlin").payload(new Json("{\"item\":\"nail\",\"count\":1}"));
        ScheduleInfo made = schedules.put("nightly", BUY, rule);
        assertThat(made.state()).isEqualTo(ScheduleState.ACTIVE);
        assertThat(schedules.find("nightly")).contains(made);
        assertThat(schedules.get("nightly")).isEqualTo(made);
        assertThat(schedules.find("nobody")).isEmpty();
        assertThat(schedules.list(ScheduleQuery.all().task("buy")).items()).contains(made);
        assertThat(schedules.count(ScheduleQuery.all())).isEqualTo(1);
        assertThat(schedules.next("nightly", 3)).hasSize(3).startsWith(made.next());
        assertThat(schedules.skip("nightly", 1).next())
                .isEqualTo(schedules.next("nightly", 1).getFirst());
        assertThat(schedules
                        .change("nightly", "buy", each -> each.limit(7))
                        .orElseThrow()
                        .schedule()
                        .limit())
                .isEqualTo(7);
        assertThat(schedules.change("nobody", "buy", each -> each)).isEmpty();
        assertThat(schedules.pause("nightly").state()).isEqualTo(ScheduleState.PAUSED);
        assertThat(schedules.resume("nightly").state()).isEqualTo(ScheduleState.ACTIVE);
        Json output = schedules.run("nightly").await(PATIENCE);
        assertThat(ValueJson.read(output, Receipt.class)).isEqualTo(new Receipt("nail", List.of(1, 2)));
        assertThatThrownBy(() -> schedules.get("nightli"))
                .isInstanceOfSatisfying(
                        ScheduleNotFoundException.class,
                        error -> assertThat(error.similar()).containsExactly("nightly"));
        assertThat(schedules.delete("nightly")).isTrue();
        assertThat(schedules.delete("nightly")).isFalse();
        assertThatThrownBy(() -> schedules.put("x", "nobody", rule)).isInstanceOf(TaskNotFoundException.class);
    }

    @Test
    void anEventThatIsRaisedIsAwaited() throws Exception {
        errand().raise("shipped", Map.of("order", 17));
        assertThat(errand().awaitEvent(EventFilter.named("ship*"), PATIENCE)
                        .orElseThrow()
                        .data())
                .isEqualTo(new Json("{\"order\":17}"));
        assertThatThrownBy(() -> errand().raise("run.state", null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nodesLocksAndSubscriptionsAreSeen() {
        long node = errand().nodes().getFirst().number();
        assertThat(errand().nodeConcurrency(node, 4)).isTrue();
        assertThat(errand().nodeConcurrency(999_999, 4)).isFalse();
        assertThat(errand().drainNode(999_999)).isFalse();
        assertThat(errand().locks()).isEmpty();
        assertThat(errand().subscriptions()).isEmpty();
        assertThat(errand().removeSubscription("none")).isFalse();
        assertThat(errand().now()).isBetween(Instant.EPOCH, Instant.parse("2999-01-01T00:00:00Z"));
    }

    @Test
    void bytesAreKeptForAWhile() throws Exception {
        byte[] bytes = "tëxt".getBytes(StandardCharsets.UTF_8);
        errand().blobs().put("a/b c", "text/plain", Duration.ofHours(1), new ByteArrayInputStream(bytes));
        var blob = errand().blobs().find("a/b c").orElseThrow();
        assertThat(blob.type()).isEqualTo("text/plain");
        assertThat(blob.size()).isEqualTo(bytes.length);
        try (InputStream in = blob.open()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(errand().blobs().delete("a/b c")).isTrue();
        assertThat(errand().blobs().delete("a/b c")).isFalse();
        assertThat(errand().blobs().find("a/b c")).isEmpty();
    }

    @Test
    void keysAreMadeAndRevoked() {
        var made = errand().apiKeys().create("billing", Role.VIEWER);
        assertThat(made.secret()).startsWith("tr_");
        assertThat(errand().apiKeys().list())
                .extracting(key -> key.id())
                .contains(made.key().id());
        assertThat(errand().apiKeys().revoke(made.key().id())).isTrue();
        assertThat(errand().apiKeys().revoke("key_none")).isFalse();
    }
}
