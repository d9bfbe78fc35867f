package dev.errand.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** How pages of lists are asked for, and answered. */
class PagesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private static void isRefused(String param, Runnable read) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(read::run)
                .satisfies(problem -> assertThat(problem.answer().status()).isEqualTo(400))
                .withMessageStartingWith(param + ": ");
    }

    private static String json(Object answer) {
        return new JsonMapper().writeValueAsString(answer);
    }

    @Test
    void aPageGoesOnFromOneCursor() {
        assertThat(CursorPage.read(Query.read(""))).isEqualTo(new CursorPage(25, null, null));
        assertThat(CursorPage.read(Query.read("page[size]=100&page[after]=x")))
                .isEqualTo(new CursorPage(100, "x", null));
        assertThat(CursorPage.read(Query.read("page%5Bbefore%5D=y"))).isEqualTo(new CursorPage(25, null, "y"));
        isRefused("page[size]", () -> CursorPage.read(Query.read("page[size]=101")));
        isRefused("page[before]", () -> CursorPage.read(Query.read("page[before]=x&page[after]=y")));
    }

    @Test
    void aPageWithANumberTellsHowManyThereAre() {
        NumberedPage second = NumberedPage.read(Query.read("page=2&perPage=2"));
        assertThat(second.before()).isEqualTo(2);
        assertThat(second.of(List.of(1, 2, 3))).containsExactly(3);
        assertThat(json(second.answer(List.of(3), 3)))
                .isEqualTo("{\"data\":[3],\"pagination\":{\"currentPage\":2,\"totalPages\":2,\"count\":3}}");
        NumberedPage far = NumberedPage.read(Query.read("page=999999999&perPage=100"));
        assertThat(far.of(List.of(1, 2, 3))).isEmpty();
        assertThat(json(NumberedPage.read(Query.read("")).answer(List.of(), 0)))
                .isEqualTo("{\"data\":[],\"pagination\":{\"currentPage\":1,\"totalPages\":0,\"count\":0}}");
        isRefused("page", () -> NumberedPage.read(Query.read("page=0")));
        isRefused("perPage", () -> NumberedPage.read(Query.read("perPage=101")));
    }

    @Test
    void timesAreInclusiveAndAPeriodCountsBackFromNow() {
        assertThat(CreatedRange.read(Query.read(""), NOW)).isEqualTo(new CreatedRange(null, null));
        assertThat(CreatedRange.read(Query.read("filter[createdAt][period]=1h"), NOW))
                .isEqualTo(new CreatedRange(NOW.minusSeconds(3_600), null));
        assertThat(CreatedRange.read(
                        Query.read("filter[createdAt][from]=0&filter[createdAt][to]=1000&filter[createdAt][period]=1h"),
                        NOW))
                .isEqualTo(new CreatedRange(Instant.EPOCH, Instant.ofEpochMilli(1_001)));
        isRefused("filter[createdAt][to]", () -> CreatedRange.read(Query.read("filter[createdAt][to]=yesterday"), NOW));
    }

    @Test
    void whatThingsCannotBeListedByIsRefused() {
        KnownFilters filters = new KnownFilters("tokens", Set.of("filter[status]"), CreatedRange.NAMES);
        filters.check(Query.read("filter[status]=WAITING&filter[createdAt][to]=1&colour=red"));
        isRefused("filter[colour]", () -> filters.check(Query.read("filter[colour]=red")));
        isRefused("page[before]", () -> filters.check(Query.read("page[before]=x")));
    }
}
