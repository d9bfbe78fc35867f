package dev.errand.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.BatchOptions;
import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventPart;
import dev.errand.EventReader;
import dev.errand.Json;
import dev.errand.ListenerInfo;
import dev.errand.ListenerOptions;
import dev.errand.NotAllowedException;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.StoreException;
import dev.errand.Subscription;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.client.ErrandClient;
import dev.errand.server.TestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is between a client and its server, and what comes of it. */
@Tag(TestServer.STORES)
class ClientTest {
    @AutoClose
    private static final TestServer server = Facts.server();

    private static final String KEY = server.key(Role.OPERATOR);

    @AutoClose
    private final LosingProxy proxy = LosingProxy.before(server.uri());

    @AutoClose
    private final Errand errand = ErrandClient.connect(proxy.uri(), KEY);

    private static List<?> tagged(String tag) {
        return server.errand().runs(RunQuery.all().tags(tag)).items();
    }

    // ── lost answers

    @Test
    void aTriggerWhoseAnswerIsLostMakesOneRun() {
        proxy.loseNext(2);
        Run<Json> run = errand.trigger("fail", null, TriggerOptions.none().tags("lost"));
        assertThat(proxy.passed()).isEqualTo(3);
        assertThat(run.isHit()).isFalse();
        assertThat(tagged("lost")).hasSize(1);
    }

    @Test
    void triggersWhoseAnswerIsLostMakeOneRunEach() {
        TriggerRequest request =
                new TriggerRequest("fail", null, TriggerOptions.none().tags("lost together"));
        proxy.loseNext(1);
        assertThat(errand.triggerAll(List.of(request, request)))
                .extracting(Run::id)
                .doesNotHaveDuplicates()
                .hasSize(2);
        assertThat(tagged("lost together")).hasSize(2);
    }

    @Test
    void aReplayAndAnOpenedBatchWhoseAnswersAreLostAreOne() {
        Run<Json> run = errand.trigger("fail", null, TriggerOptions.none().tags("lost replay"));
        proxy.loseNext(1);
        run.replay();
        assertThat(tagged("lost replay")).hasSize(2);
        proxy.passed();
        proxy.loseNext(1);
        assertThat(errand.batches().open(1, BatchOptions.none()).hit()).isFalse();
        assertThat(proxy.passed()).isEqualTo(2);
    }

    @Test
    void whatCannotBeDoneTwiceIsSentOnceAndSaysSo() {
        errand.now();
        proxy.passed();
        proxy.loseNext(1);
        assertThatThrownBy(() -> errand.raise("lost", null))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("may have been done or not");
        assertThat(proxy.passed()).isEqualTo(1);
    }

    @Test
    void whoIsTurnedAwayComesAgain() {
        proxy.refuseNext(2);
        assertThat(errand.now()).isNotNull();
        errand.raise("turned away", null);
    }

    // ── who may

    @Test
    void aKeyThatIsNotTakenAndARoleThatDoesNotSufficeAreToldApart() {
        try (Errand wrong = ErrandClient.connect(server.uri(), "tr_dev_nobody");
                Errand viewer = ErrandClient.connect(server.uri(), server.key(Role.VIEWER))) {
            assertThatThrownBy(wrong::tasks)
                    .isInstanceOfSatisfying(
                            NotAllowedException.class,
                            error -> assertThat(error.isKnown()).isFalse())
                    .hasMessageContaining(server.uri().toString());
            assertThat(viewer.tasks()).hasSize(4);
            assertThat(viewer.runs(RunQuery.all())).isNotNull();
            assertThatThrownBy(() -> viewer.trigger("buy", null))
                    .isInstanceOfSatisfying(
                            NotAllowedException.class,
                            error -> assertThat(error.isKnown()).isTrue());
            assertThatThrownBy(() -> wrong.on(EventFilter.all(), event -> {})).isInstanceOf(NotAllowedException.class);
            assertThat(wrong.listeners()).isEmpty();
        }
    }

    @Test
    void whereNoServerIsItIsSaidAtOnce() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        long start = System.nanoTime();
        try (Errand nobody = ErrandClient.connect(URI.create("http://127.0.0.1:" + port + "/"), null)) {
            assertThatThrownBy(nobody::tasks)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("No server answers at http://127.0.0.1:" + port)
                    .hasMessageContaining("nothing was done");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void whatIsNoAddressOrNoKeyIsRefused() {
        for (String address : List.of("ftp://host", "localhost:7070", "http:/x", "http://host/?a=b")) {
            assertThatThrownBy(() -> ErrandClient.connect(URI.create(address), null))
                    .as(address)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> ErrandClient.connect(server.uri(), "two words"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("two words");
    }

    @Test
    void whatTakesAnEngineHereSaysWhatToDoInstead() {
        for (Runnable asked : List.<Runnable>of(
                () -> errand.add(Facts.BUY),
                () -> errand.put(Facts.BUY),
                () -> errand.lock("l"),
                () -> errand.concurrency(3),
                () -> errand.subscribe("s", EventFilter.all(), event -> {}))) {
            assertThatThrownBy(asked::run)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("takes an engine in this process; ");
        }
        assertThat(errand.concurrency()).isZero();
    }

    // ── events

    @Test
    void aListenerHearsOfWhatComesInOrderAndIsCounted() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (Errand direct = ErrandClient.connect(server.uri(), KEY)) {
            Subscription listens = direct.on(EventFilter.named("told.*"), event -> {
                heard.add(event.name());
                if (event.name().equals("told.2")) {
                    throw new IOException("no luck");
                }
            });
            for (int i = 1; i <= 3; i++) {
                server.errand().raise("told." + i, i);
            }
            for (int i = 1; i <= 3; i++) {
                assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("told." + i);
            }
            ListenerInfo info = direct.listeners().getFirst();
            assertThat(info.calls()).isEqualTo(3);
            assertThat(info.failures()).isEqualTo(1);
            assertThat(info.lastFailure()).isNotNull();
            listens.close();
        }
    }

    @Test
    void aListenerThatHasHeardEnoughIsCalledNoMore() throws Exception {
        BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
        try (Errand direct = ErrandClient.connect(server.uri(), KEY)) {
            ListenerOptions options =
                    ListenerOptions.none().executor(Runnable::run).maxTriggers(1);
            direct.on(EventFilter.named("enough"), heard::add, options);
            server.errand().raise("enough", 1);
            server.errand().raise("enough", 2);
            assertThat(heard.poll(60, TimeUnit.SECONDS)).extracting(Event::data).isEqualTo(new Json("1"));
            assertThat(heard.poll(500, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void theLogIsReadAndFollowedByCursors() throws Exception {
        String before = errand.eventLog().end();
        EventFilter filter = EventFilter.named("logged");
        errand.raise("logged", 1);
        EventPart part = errand.eventLog().read(filter, before, 100);
        assertThat(part.events()).hasSize(1);
        try (EventReader reader = errand.eventLog().follow(filter, part.cursor())) {
            assertThat(reader.next(Duration.ZERO).events()).isEmpty();
            errand.raise("logged", 2);
            assertThat(reader.next(Facts.PATIENCE).events())
                    .singleElement()
                    .satisfies(logged -> assertThat(logged.event().data()).isEqualTo(new Json("2")));
        }
        assertThatThrownBy(() -> errand.eventLog().read(filter, "no cursor", 100))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ── the end

    @Test
    void whoWaitsHearsThatTheClientIsClosed() throws Exception {
        Errand closed = ErrandClient.connect(server.uri(), KEY);
        Run<Json> run = closed.trigger("fail", null, TriggerOptions.none().after(Duration.ofHours(1)));
        CompletableFuture<Json> end = run.future().toCompletableFuture();
        closed.close();
        assertThatThrownBy(() -> end.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(closed::tasks).isInstanceOf(StoreException.class).hasMessageContaining("closed");
    }
}
