package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.NewToken;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lists of tokens: what is found page by page is what all filters let pass, and a page costs a page. */
class TokenListingTest extends TokenFile {
    private static final List<String> TAGS = List.of("a", "b", "c");

    private final Random random = new Random(175);

    /** Oldest first; several of each instant. */
    private List<TokenInfo> some(int count, List<RunId> runs) {
        List<TokenInfo> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RunId run = random.nextBoolean() ? runs.get(random.nextInt(runs.size())) : null;
            String[] tags = TAGS.stream().filter(tag -> random.nextInt(3) > 0).toArray(String[]::new);
            NewToken token = newToken(run, Duration.ofSeconds(1 + random.nextInt(2 * count)), tags);
            store.tokens().create(token);
            switch (random.nextInt(4)) {
                case 0 -> complete(token.id());
                case 1 -> store.tokens().end(token.id(), null, "no");
                default -> {}
            }
            if (random.nextInt(3) == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
            all.add(info(token.id()));
        }
        return all.stream().map(token -> info(token.id())).toList();
    }

    private static List<TokenId> expected(List<TokenInfo> all, TokenQuery query) {
        return all.stream()
                .filter(token -> query.run() == null || query.run().equals(token.run()))
                .filter(token -> query.tags().isEmpty() || !Collections.disjoint(token.tags(), query.tags()))
                .filter(token -> query.states().isEmpty() || query.states().contains(token.state()))
                .sorted(Comparator.comparing(TokenInfo::createdAt)
                        .thenComparing(token -> token.id().toString())
                        .reversed())
                .map(TokenInfo::id)
                .toList();
    }

    private List<TokenId> listed(TokenQuery query) {
        List<TokenId> listed = new ArrayList<>();
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            Page<TokenInfo> page = store.tokens().list(next.get().isEmpty() ? query : query.after(next.get()));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
            page.items().forEach(token -> listed.add(token.id()));
            next = page.next();
        }
        return listed;
    }

    @Test
    void whatAllFiltersLetPassIsListedPageByPage() {
        List<RunId> runs = List.of(RunId.next(), RunId.next());
        List<TokenInfo> all = some(150, runs);
        assertThat(all).extracting(TokenInfo::state).contains(TokenState.values());
        for (int i = 0; i < 100; i++) {
            Set<TokenState> states = EnumSet.noneOf(TokenState.class);
            Stream.of(TokenState.values()).filter(state -> random.nextBoolean()).forEach(states::add);
            List<String> tags =
                    TAGS.stream().filter(tag -> random.nextInt(3) == 0).toList();
            RunId run = random.nextInt(3) == 0 ? runs.getFirst() : null;
            TokenQuery some = TokenQuery.all()
                    .states(states.toArray(TokenState[]::new))
                    .tags(tags.toArray(String[]::new))
                    .limit(1 + random.nextInt(20));
            TokenQuery query = run == null ? some : some.run(run);
            assertThat(listed(query)).as(query.toString()).isEqualTo(expected(all, query));
        }
    }

    @Test
    void whatIsFarDownIsFoundPastAllThatIsLeftOut() throws SQLException {
        TokenId late =
                store.tokens().create(newToken(null, Duration.ofSeconds(1))).id();
        clock.advance(Duration.ofSeconds(1));
        insertTokens(1_200);
        TokenQuery timedOut = TokenQuery.all().states(TokenState.TIMED_OUT).limit(1);
        assertThat(listed(timedOut)).containsExactly(late);
        complete(token());
        assertThat(listed(timedOut.states(TokenState.TIMED_OUT, TokenState.COMPLETED)))
                .hasSize(2)
                .endsWith(late);
    }

    @Test
    void fewPendingOnesAreNotSearchedForAmongThoseThatTimedOut() throws SQLException {
        TokenQuery pending = TokenQuery.all().states(TokenState.PENDING);
        assertThat(text(pending)).contains("indexed by token_ends");
        insertTokens(1_200);
        assertThat(text(pending)).contains("indexed by token_state");
        assertThat(listed(pending.limit(1_000))).hasSize(1_200).doesNotHaveDuplicates();
    }

    private String text(TokenQuery query) {
        long now = Times.micros(clock.instant());
        List<TokenWalk> walks = ((SqliteStore) store).readers.ask(database -> TokenListing.walks(database, query, now));
        assertThat(walks).hasSize(1);
        return walks.getFirst().text();
    }

    @Test
    void aPageIsReadInTheOrderOfAnIndex() throws SQLException {
        insertTokens(1_200);
        assertIndex(TokenQuery.all(), "token_created ((created,id)<(?,?))");
        assertIndex(TokenQuery.all().run(RunId.next()), "token_run (run=? AND (created,id)<(?,?))");
        assertIndex(
                TokenQuery.all().tags("a").states(TokenState.PENDING), "PRIMARY KEY (tag=? AND (created,token)<(?,?))");
        TokenQuery some = TokenQuery.all().createdFrom(clock.instant()).createdUntil(clock.instant());
        assertIndex(some, "token_created (created>? AND (created,id)<(?,?))");
        assertIndex(some.before(null), "token_created ((created,id)>(?,?) AND created<?)");
        assertIndex(some.tags("a").before(null), "PRIMARY KEY (tag=? AND (created,token)>(?,?) AND created<?)");
        assertIndex(TokenQuery.all().idempotencyKey("k"), "token_key_text (key_text=? AND (created,id)<(?,?))");
        for (TokenState state : TokenState.values()) {
            assertIndex(TokenQuery.all().states(state), "token_state (state=? AND (created,id)<(?,?))");
        }
    }

    private void assertIndex(TokenQuery query, String index) throws SQLException {
        assertThat(plan(text(query)))
                .anyMatch(line -> line.contains(index))
                .noneMatch(line -> line.contains("TEMP B-TREE") || line.startsWith("SCAN"));
    }
}
