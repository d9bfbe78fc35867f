package dev.errand.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.TokenId;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Wait tokens over HTTP: lists of them. Each test looks at those with a tag of its own. */
@Tag(TestServer.STORES)
class ListTokensTest {
    private static final String TOKENS = "/api/v1/waitpoints/tokens";

    @AutoClose
    private static final TestServer server = TestServer.open();

    private final String tag = UUID.randomUUID().toString();

    private String create(String more) {
        server.test().clock().advance(Duration.ofSeconds(1));
        String id =
                server.post(TOKENS, "{\"tags\": [\"" + tag + "\"]" + more + "}").at("id");
        assertThat(id).isNotEmpty();
        return id;
    }

    private static Reply list(String... query) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < query.length; i += 2) {
            pairs.add(encoded(query[i]) + "=" + encoded(query[i + 1]));
        }
        return server.get(TOKENS + "?" + String.join("&", pairs));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static List<String> ids(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json()
                .path("data")
                .valueStream()
                .map(token -> token.path("id").stringValue())
                .toList();
    }

    private List<String> tagged(String name, String value) {
        return ids(list("filter[tags]", tag, name, value));
    }

    @Test
    void tokensAreListedNewestFirstAsTheyAreAloneButWithoutWhatCameOfThem() {
        String first = create("");
        String second = create(", \"idempotencyKey\": \"" + tag + "\"");
        server.post(TOKENS + "/" + second + "/complete", "{\"data\": 1}");
        Reply reply = list("filter[tags]", tag);
        assertThat(ids(reply)).containsExactly(second, first);
        assertThat(reply.at("pagination")).isEqualTo("{}");
        assertThat(reply.body()).doesNotContain("null", "output");
        assertThat(reply.at("data.1"))
                .isEqualTo(server.get(TOKENS + "/" + first).body());
        assertThat(reply.at("data.0.status")).isEqualTo("COMPLETED");
        assertThat(reply.at("data.0.idempotencyKey")).isEqualTo(tag);
    }

    @Test
    void filtersNarrowTheList() {
        String failed = create("");
        server.errand().tokens().fail(TokenId.of(failed), "no");
        String late = create(", \"timeout\": \"1s\"");
        String completed = create(", \"idempotencyKey\": \"" + tag + "\"");
        server.post(TOKENS + "/" + completed + "/complete", "{}");
        String waiting = create(", \"timeout\": \"90d\"");
        assertThat(tagged("filter[status]", "WAITING")).containsExactly(waiting);
        assertThat(tagged("filter[status]", "COMPLETED")).containsExactly(completed, failed);
        assertThat(tagged("filter[status]", "TIMED_OUT")).containsExactly(late);
        assertThat(tagged("filter[status]", "TIMED_OUT,WAITING")).containsExactly(waiting, late);
        assertThat(tagged("filter[idempotencyKey]", tag)).containsExactly(completed);
        assertThat(ids(list("filter[idempotencyKey]", tag))).containsExactly(completed);
        assertThat(tagged("filter[idempotencyKey]", "none")).isEmpty();
        assertThat(ids(list("filter[tags]", "none," + tag))).hasSize(4);
    }

    @Test
    void timesAreInclusive() {
        String first = create("");
        Instant from = server.errand().now();
        String second = create("");
        Instant to = server.errand().now();
        String third = create("");
        assertThat(ids(list("filter[tags]", tag, "filter[createdAt][from]", Long.toString(to.toEpochMilli()))))
                .containsExactly(third, second);
        assertThat(tagged("filter[createdAt][to]", to.toString())).containsExactly(second, first);
        assertThat(ids(list(
                        "filter[tags]",
                        tag,
                        "filter[createdAt][from]",
                        from.toString(),
                        "filter[createdAt][to]",
                        from.toString())))
                .containsExactly(first);
        assertThat(tagged("filter[createdAt][period]", "1s")).containsExactly(third, second);
    }

    @Test
    void aWalkMeetsEachTokenOnceBothWaysWhileOthersCome() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.addFirst(create(""));
        }
        Reply first = list("filter[tags]", tag, "page[size]", "3");
        assertThat(ids(first)).isEqualTo(all.subList(0, 3));
        assertThat(first.at("pagination.previous")).isEmpty();
        String come = create("");
        Reply second = list("filter[tags]", tag, "page[size]", "3", "page[after]", first.at("pagination.next"));
        assertThat(ids(second)).isEqualTo(all.subList(3, 6));
        Reply third = list("filter[tags]", tag, "page[size]", "3", "page[after]", second.at("pagination.next"));
        assertThat(ids(third)).isEqualTo(all.subList(6, 7));
        assertThat(third.at("pagination.next")).isEmpty();

        Reply back = list("filter[tags]", tag, "page[size]", "3", "page[before]", third.at("pagination.previous"));
        assertThat(ids(back)).isEqualTo(all.subList(3, 6));
        assertThat(back.at("pagination.next")).isEqualTo(second.at("pagination.next"));
        Reply further = list("filter[tags]", tag, "page[size]", "3", "page[before]", back.at("pagination.previous"));
        assertThat(ids(further)).isEqualTo(all.subList(0, 3));
        Reply newest = list("filter[tags]", tag, "page[size]", "3", "page[before]", further.at("pagination.previous"));
        assertThat(ids(newest)).containsExactly(come);
        assertThat(newest.at("pagination.previous")).isEmpty();
        assertThat(ids(list("filter[tags]", tag, "page[after]", newest.at("pagination.next"))))
                .isEqualTo(all);
    }

    @Test
    void whatCannotBeReadIsRefused() {
        String[][] wrong = {
            {"filter[status]", "PENDING"},
            {"filter[status]", "waiting"},
            {"filter[tag]", "x"},
            {"filter[createdAt][from]", "yesterday"},
            {"filter[createdAt][period]", "1y"},
            {"page[size]", "0"},
            {"page[size]", "101"},
            {"page[after]", "x"},
            {"page[before]", "1." + TokenId.random() + "x"},
            {"page[number]", "1"},
        };
        for (String[] query : wrong) {
            Reply reply = list(query);
            assertThat(reply.status()).as(query[0]).isEqualTo(400);
            assertThat(reply.at("param")).isEqualTo(query[0]);
        }
        assertThat(list("page[after]", "1.x", "page[before]", "1.x").status()).isEqualTo(400);
    }
}
