package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Page;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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

/** Lists of tokens: what is met page by page, down and up, is what all filters let pass. */
public abstract class TokenListConformance extends StoreTest {
    private static final List<String> TAGS = List.of("a", "b");
    private static final List<String> KEYS = List.of("k", "other");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Random random = new Random(23);

    private TokenInfo create(String key) {
        Instant now = clock.instant();
        NewToken.Key held = new NewToken.Key(KeyHash.of("of all " + key), key, now.plus(MINUTE));
        return store.tokens()
                .create(new NewToken(TokenId.random(), "approval", null, List.of(), now, now.plus(MINUTE), held));
    }

    /** Several of each instant; those with a key take it from those before. */
    private List<TokenInfo> some(int count) {
        List<TokenId> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instant now = clock.instant();
            String[] tags = TAGS.stream().filter(tag -> random.nextBoolean()).toArray(String[]::new);
            String key = random.nextInt(3) == 0 ? KEYS.get(random.nextInt(2)) : null;
            NewToken token = new NewToken(
                    TokenId.random(),
                    "approval",
                    null,
                    List.of(tags),
                    now,
                    now.plusSeconds(1 + random.nextInt(2 * count)),
                    key == null ? null : new NewToken.Key(KeyHash.of("of all " + key), key, now));
            all.add(store.tokens().create(token).id());
            if (random.nextInt(4) == 0) {
                store.tokens().end(token.id(), "1".getBytes(StandardCharsets.UTF_8), null);
            }
            if (random.nextInt(3) == 0) {
                clock.advance(SECOND);
            }
        }
        return all.stream().map(this::info).toList();
    }

    private TokenInfo info(TokenId token) {
        return store.tokens().find(token).orElseThrow();
    }

    private TokenQuery any(List<TokenInfo> all) {
        Set<TokenState> states = EnumSet.noneOf(TokenState.class);
        Stream.of(TokenState.values()).filter(state -> random.nextInt(3) == 0).forEach(states::add);
        TokenQuery query = TokenQuery.all()
                .states(states.toArray(TokenState[]::new))
                .tags(TAGS.stream().filter(tag -> random.nextInt(3) == 0).toArray(String[]::new))
                .limit(1 + random.nextInt(12));
        query = random.nextInt(3) == 0 ? query.idempotencyKey(KEYS.getFirst()) : query;
        query = random.nextInt(2) == 0 ? query.createdFrom(anyOf(all).createdAt()) : query;
        return random.nextInt(2) == 0 ? query.createdUntil(anyOf(all).createdAt()) : query;
    }

    private TokenInfo anyOf(List<TokenInfo> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static List<TokenInfo> expected(List<TokenInfo> all, TokenQuery query) {
        Instant from = query.createdFrom();
        Instant until = query.createdUntil();
        return all.stream()
                .filter(token -> query.tags().isEmpty() || !Collections.disjoint(token.tags(), query.tags()))
                .filter(token -> query.states().isEmpty() || query.states().contains(token.state()))
                .filter(token ->
                        query.idempotencyKey() == null || query.idempotencyKey().equals(token.idempotencyKey()))
                .filter(token -> from == null || !token.createdAt().isBefore(from))
                .filter(token -> until == null || token.createdAt().isBefore(until))
                .sorted(Comparator.comparing(TokenInfo::createdAt)
                        .thenComparing(token -> token.id().toString())
                        .reversed())
                .toList();
    }

    /** From the first page to the last. */
    private List<TokenInfo> walkedDown(TokenQuery query) {
        List<TokenInfo> met = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            Page<TokenInfo> page = store.tokens().list(query.after(next.orElse(null)));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
            met.addAll(page.items());
            next = page.next();
        } while (next.isPresent());
        return met;
    }

    /** From the last page to the first. */
    private List<TokenInfo> walkedUp(TokenQuery query) {
        List<TokenInfo> met = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            Page<TokenInfo> page = store.tokens().list(query.before(next.orElse(null)));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
            met.addAll(0, page.items());
            next = page.next();
        } while (next.isPresent());
        return met;
    }

    @Test
    void whatAllFiltersLetPassIsMetPageByPageBothWays() {
        List<TokenInfo> all = some(60);
        assertThat(all)
                .extracting(TokenInfo::state)
                .contains(TokenState.PENDING, TokenState.COMPLETED, TokenState.TIMED_OUT);
        for (int i = 0; i < 60; i++) {
            TokenQuery query = any(all);
            assertThat(walkedDown(query)).as(query.toString()).isEqualTo(expected(all, query));
            assertThat(walkedUp(query)).as("up: " + query).isEqualTo(expected(all, query));
        }
    }

    @Test
    void aTokenOfAPageIsAPlaceToGoOnFromBothWays() {
        List<TokenInfo> all = some(20);
        List<TokenInfo> list = expected(all, TokenQuery.all());
        TokenQuery three = TokenQuery.all().limit(3);
        String tenth = TokenQuery.cursor(list.get(10));
        assertThat(store.tokens().list(three.after(tenth)).items()).isEqualTo(list.subList(11, 14));
        assertThat(store.tokens().list(three.before(tenth)).items()).isEqualTo(list.subList(7, 10));
        assertThat(store.tokens().list(three.before(TokenQuery.cursor(list.getFirst()))))
                .isEqualTo(new Page<>(List.of(), null));
    }

    @Test
    void whatComesWhileSomebodyWalksIsNewerThanAllHeMeets() {
        List<TokenInfo> list = expected(some(9), TokenQuery.all());
        TokenQuery three = TokenQuery.all().limit(3);
        Page<TokenInfo> first = store.tokens().list(three);
        clock.advance(SECOND);
        TokenInfo come = create("new");
        List<TokenInfo> second =
                store.tokens().list(three.after(first.next().orElseThrow())).items();
        assertThat(second).isEqualTo(list.subList(3, 6));
        assertThat(store.tokens()
                        .list(three.before(TokenQuery.cursor(second.getFirst())))
                        .items())
                .isEqualTo(first.items());
        assertThat(store.tokens()
                        .list(three.before(TokenQuery.cursor(first.items().getFirst())))
                        .items())
                .containsExactly(come);
    }

    @Test
    void aTokenTellsUntilWhenItsKeyIsHeldAndIsFoundByIt() {
        TokenInfo first = create("k");
        assertThat(first.idempotencyKeyUntil()).isEqualTo(clock.instant().plus(MINUTE));
        assertThat(info(first.id())).isEqualTo(first);
        TokenQuery ofKey = TokenQuery.all().idempotencyKey("k");
        assertThat(store.tokens().list(ofKey).items()).containsExactly(first);
        clock.advance(MINUTE);
        TokenInfo second = create("k");
        assertThat(store.tokens().list(ofKey).items())
                .extracting(TokenInfo::id)
                .containsExactly(second.id(), first.id());
        assertThat(store.tokens().list(TokenQuery.all().idempotencyKey("K")).items())
                .isEmpty();
        assertThat(store.tokens().list(TokenQuery.all().idempotencyKey("\0")).items())
                .isEmpty();
    }

    @Test
    void whatIsNoCursorIsRefused() {
        String id = TokenId.random().toString();
        for (String cursor : List.of("", "x", ".", "1", "1.", "." + id, "1.x", "1." + id + "0", "x." + id)) {
            assertThatIllegalArgumentException()
                    .as(cursor)
                    .isThrownBy(() -> store.tokens().list(TokenQuery.all().after(cursor)))
                    .withMessage("that is no cursor of a page of tokens");
        }
    }
}
