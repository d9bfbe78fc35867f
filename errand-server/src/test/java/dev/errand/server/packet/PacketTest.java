package dev.errand.server.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Payloads that clients store before they trigger. */
@Tag(TestServer.STORES)
class PacketTest {
    private static final String NAME = "trigger%2Fpacket_1%2Fpayload.json";
    private static final String SUPER_JSON = "application/super+json";
    private static final Task<Json, Json> ECHO =
            Task.named("echo", Json.class, Json.class).run((payload, run) -> payload);

    @AutoClose
    private static final TestServer server = TestServer.open(ECHO);

    @AutoClose
    private static final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Reply toPut(String name) {
        Reply reply = server.send("PUT", "/api/v2/packets/" + name, null, server.key(Role.OPERATOR));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply;
    }

    private static Reply put(String address, String type, byte[] bytes) {
        return TestServer.send(HttpRequest.newBuilder(URI.create(address))
                .header("content-type", type)
                .PUT(BodyPublishers.ofByteArray(bytes)));
    }

    private static void stored(String name, String type, String text) {
        Reply reply = put(toPut(name).at("presignedUrl"), type, text.getBytes(StandardCharsets.UTF_8));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    }

    private static HttpResponse<byte[]> get(String address) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(address)).GET().build(), BodyHandlers.ofByteArray());
    }

    private static Reply trigger(String storagePath) {
        return server.post(
                "/api/v1/tasks/echo/trigger",
                "{\"payload\": \"%s\", \"options\": {\"payloadType\": \"application/store\"}}".formatted(storagePath));
    }

    private static Json payload(Reply triggered) {
        assertThat(triggered.status()).as(triggered.body()).isEqualTo(200);
        return server.errand().run(RunId.of(triggered.at("id"))).info().payload();
    }

    // ── as clients do it

    @Test
    void aStoredPayloadIsThatOfTheRunThatNamesIt() throws InterruptedException {
        Reply told = toPut(NAME);
        assertThat(told.at("storagePath")).isEqualTo("trigger/packet_1/payload.json");
        String text = "{\"json\": {\"text\": \"" + "ü".repeat(400_000) + "\", \"n\": 1.50}, \"meta\": {}}";
        assertThat(put(told.at("presignedUrl"), SUPER_JSON, text.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(200);
        Reply triggered = trigger(told.at("storagePath"));
        Json expected = new Json("{\"text\":\"" + "ü".repeat(400_000) + "\",\"n\":1.50}");
        assertThat(payload(triggered)).isEqualTo(expected);
        Run<Json> run = server.errand().run(RunId.of(triggered.at("id")));
        assertThat(server.test().finish(run).await(Duration.ZERO)).isEqualTo(expected);
    }

    @Test
    void itIsUnpackedAsTheTypeSaysWithWhichItWasStored() {
        Map<List<String>, String> packets = Map.of(
                List.of("application/json", "{\"a\": 1.50}"), "{\"a\":1.50}",
                List.of("Application/JSON; charset=utf-8", "[1, 2]"), "[1,2]",
                List.of("text/plain", "[1]"), "\"[1]\"",
                List.of(SUPER_JSON, "{\"json\":{\"json\":1}}"), "{\"json\":1}",
                List.of("application/json", ""), "\"\"");
        packets.forEach((packet, payload) -> {
            stored("typed", packet.getFirst(), packet.getLast());
            assertThat(payload(trigger("typed"))).as(packet.toString()).isEqualTo(new Json(payload));
        });
    }

    @Test
    void whatIsStoredAgainTakesThePlaceOfWhatWasThere() {
        stored("again", "text/plain", "one");
        stored("again", "text/plain", "two");
        assertThat(payload(trigger("again"))).isEqualTo(new Json("\"two\""));
    }

    @Test
    void everyByteComesBackAsItWasStoredAndNoBrowserShowsIt() throws Exception {
        byte[] bytes = new byte[700_001];
        ThreadLocalRandom.current().nextBytes(bytes);
        assertThat(put(toPut(NAME).at("presignedUrl"), "text/html", bytes).at("size"))
                .isEqualTo("700001");
        Reply told = server.get("/api/v1/packets/" + NAME);
        assertThat(told.status()).isEqualTo(200);
        assertThat(told.json().has("storagePath")).isFalse();
        HttpResponse<byte[]> got = get(told.at("presignedUrl"));
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(bytes);
        Map<String, String> headers = Map.of(
                "content-type", "text/html",
                "content-disposition", "attachment",
                "x-content-type-options", "nosniff",
                "cache-control", "no-store");
        headers.forEach((name, value) ->
                assertThat(got.headers().firstValue(name)).as(name).contains(value));
    }

    @Test
    void aPacketIsForgottenAfterADay() throws InterruptedException {
        stored("old", "text/plain", "x");
        server.test().advance(Duration.ofDays(1).minusSeconds(1));
        assertThat(server.get("/api/v1/packets/old").status()).isEqualTo(200);
        server.test().advance(Duration.ofSeconds(1));
        assertThat(server.get("/api/v1/packets/old").status()).isEqualTo(404);
        assertThat(trigger("old").status()).isEqualTo(422);
    }

    // ── what is refused

    @Test
    void aTriggerOfWhatIsNotThereMakesNoRun() {
        int before = server.errand().runs(RunQuery.all()).items().size();
        Reply missing = trigger("nowhere");
        assertThat(missing.status()).isEqualTo(422);
        assertThat(missing.at("param")).isEqualTo("payload");
        String store = "\"options\": {\"payloadType\": \"application/store\"}}";
        for (String payload : List.of("", "\"payload\": 7,", "\"payload\": \"\",", "\"payload\": {},")) {
            Reply reply = server.post("/api/v1/tasks/echo/trigger", "{" + payload + store);
            assertThat(reply.status()).as(payload).isEqualTo(400);
            assertThat(reply.error()).startsWith("payload: text is needed");
        }
        assertThat(put(toPut("latin").at("presignedUrl"), "text/plain", new byte[] {(byte) 0xfc})
                        .status())
                .isEqualTo(200);
        assertThat(trigger("latin").status()).as("no UTF-8").isEqualTo(422);
        stored("xml", "application/xml", "<x/>");
        assertThat(trigger("xml").status()).isEqualTo(400);
        stored("broken", SUPER_JSON, "{\"json\":");
        assertThat(trigger("broken").status()).isEqualTo(400);
        stored("store", "application/store", "store");
        assertThat(trigger("store").status()).as("no packet of packets").isEqualTo(400);
        assertThat(server.errand().runs(RunQuery.all()).items()).hasSize(before);
    }

    @Test
    void anAddressOpensWhatItSaysByTheMethodItSaysUntilItEnds() throws Exception {
        stored("mine", "text/plain", "mine");
        stored("other", "text/plain", "other");
        String put = toPut("mine").at("presignedUrl");
        String get = server.get("/api/v1/packets/mine").at("presignedUrl");
        String other = server.get("/api/v1/packets/other").at("presignedUrl");
        String signature = get.substring(get.indexOf("&signature="));
        List<String> shut = List.of(
                put,
                get.replace(signature, ""),
                get.replace(signature, "&signature="),
                get.substring(0, get.length() - 1) + (get.endsWith("A") ? "B" : "A"),
                get.replaceFirst("end=\\d+", "end=99999999999"),
                get.replaceFirst("end=\\d+", "end=x"),
                get.replaceFirst("end=\\d+&", ""),
                other.replaceFirst("&signature=.*", signature),
                get.replaceFirst("blobs/[^?]+", "blobs/*"));
        for (String address : shut) {
            assertThat(get(address).statusCode()).as(address).isEqualTo(403);
        }
        assertThat(put(get, "text/plain", new byte[1]).status()).isEqualTo(403);
        assertThat(get(get).statusCode()).isEqualTo(200);
        server.test().advance(Duration.ofMinutes(15).plusSeconds(1));
        assertThat(get(get).statusCode()).as("later").isEqualTo(403);
        assertThat(put(put, "text/plain", new byte[1]).status()).as("later").isEqualTo(403);
        assertThat(payload(trigger("mine"))).as("nothing was changed").isEqualTo(new Json("\"mine\""));
    }

    @Test
    void theAddressesOfOneServerAreGoodAtOthersWithItsSecretOnly() throws Exception {
        stored("here", "text/plain", "x");
        String get = server.get("/api/v1/packets/here").at("presignedUrl");
        try (TestServer another = TestServer.open(ECHO)) {
            String there = get.replace(server.uri().toString(), another.uri().toString());
            assertThat(get(there).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void whatIsTooLargeLeavesWhatWasThere() {
        try (TestServer small = TestServer.open(ServerSettings.standard().largestBody(300_000), ECHO)) {
            String address = small.send("PUT", "/api/v2/packets/p", null, small.key(Role.OPERATOR))
                    .at("presignedUrl");
            assertThat(put(address, "text/plain", "first".getBytes(StandardCharsets.UTF_8))
                            .status())
                    .isEqualTo(200);
            Reply refused = TestServer.send(HttpRequest.newBuilder(URI.create(address))
                    .header("content-type", "text/plain")
                    .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[300_001]))));
            assertThat(refused.status()).isEqualTo(413);
            assertThat(small.errand().blobs().find("p"))
                    .hasValueSatisfying(blob -> assertThat(blob.size()).isEqualTo(5));
        }
    }

    @Test
    void aNameIsAnyTextAndNoPath() throws Exception {
        for (String name : List.of("..%2F..%2Fetc%2Fpasswd", "%252F", "a+b", "%C3%BC%F0%9F%98%80", "n".repeat(512))) {
            stored(name, "text/plain", name);
            String address = server.get("/api/v1/packets/" + name).at("presignedUrl");
            assertThat(new String(get(address).body(), StandardCharsets.UTF_8)).isEqualTo(name);
        }
        String key = server.key(Role.OPERATOR);
        for (String name : List.of("n".repeat(513), "%0A", "a%7Fb")) {
            Reply reply = server.send("PUT", "/api/v2/packets/" + name, null, key);
            assertThat(reply.status()).as(name).isEqualTo(400);
            assertThat(server.get("/api/v1/packets/" + name).status()).as(name).isBetween(400, 404);
        }
    }

    @Test
    void toStoreTakesAnOperatorAndToFetchAViewer() {
        stored("roles", "text/plain", "x");
        String viewer = server.key(Role.VIEWER);
        assertThat(server.send("PUT", "/api/v2/packets/roles", null, viewer).status())
                .isEqualTo(403);
        assertThat(server.send("GET", "/api/v1/packets/roles", null, viewer).status())
                .isEqualTo(200);
        assertThat(server.send("PUT", "/api/v2/packets/roles", null, null).status())
                .isEqualTo(401);
        assertThat(server.send("GET", "/api/v1/packets/roles", null, null).status())
                .isEqualTo(401);
        assertThat(server.get("/api/v1/packets/none").status()).isEqualTo(404);
    }

    // ── of runs

    @Test
    void thePayloadAndTheOutputOfARunAreFetchedBySuchAddressesToo() throws Exception {
        TriggerOptions inAnHour = TriggerOptions.none().after(Duration.ofHours(1));
        RunId delayed = server.errand().trigger("echo", 1, inAnHour).id();
        assertThat(server.get("/api/v1/runs/" + delayed + "/packets/output").status())
                .as("not yet")
                .isEqualTo(404);
        Run<Json> run = server.errand().trigger("echo", Map.of("a", "ü"));
        String packets = "/api/v1/runs/" + run.id() + "/packets/";
        server.test().finish(run);
        for (String part : List.of("payload", "output")) {
            HttpResponse<byte[]> got = get(server.get(packets + part).at("presignedUrl"));
            assertThat(new String(got.body(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":\"ü\"}");
            assertThat(got.headers().firstValue("content-type")).contains("application/json");
            assertThat(got.headers().firstValue("content-disposition")).contains("attachment");
        }
        assertThat(server.get(packets + "failure").status()).isEqualTo(404);
        assertThat(server.get("/api/v1/runs/run_1/packets/payload").status()).isEqualTo(404);
        String unknown = "/api/v1/runs/" + RunId.next(server.errand().now()) + "/packets/payload";
        assertThat(server.get(unknown).status()).isEqualTo(404);
        assertThat(server.send("GET", packets + "payload", null, null).status()).isEqualTo(401);
    }
}
