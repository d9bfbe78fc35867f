package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.KeyHash;
import dev.errand.store.NewToken;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.StoreCopy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tokens, and who waits for them, in a copy of their file. */
class TokenCopyTest extends TokenFile {
    private NewToken keyed() {
        NewToken plain = newToken(RunId.next(), HOUR, "x", "y");
        NewToken.Key key =
                new NewToken.Key(KeyHash.of("k"), "k", clock.instant().plus(HOUR));
        return new NewToken(plain.id(), "ümläut", plain.run(), plain.tags(), plain.createdAt(), plain.timeoutAt(), key);
    }

    /** One in each state, of which the first is pending and holds a key. */
    private TokenId create() {
        TokenId pending = store.tokens().create(keyed()).id();
        store.tokens().create(newToken(null, Duration.ofSeconds(1), "y"));
        complete(token("y"));
        store.tokens().end(token("y"), null, "no");
        clock.advance(Duration.ofSeconds(1));
        return pending;
    }

    private CopyCounts copy() {
        store.close();
        String there = Location.PREFIX + fixture.file().resolveSibling("there.db");
        CopyCounts counts = new StoreCopy(Location.PREFIX + fixture.file(), there).run(progress -> {});
        store = SqliteStore.open(Location.of(there), clock);
        store.join("there", 10);
        return counts;
    }

    @Test
    void aCopyHasAllTokens() {
        TokenId pending = create();
        List<TokenInfo> before = store.tokens().list(TokenQuery.all()).items();
        assertThat(before).extracting(TokenInfo::state).containsExactlyInAnyOrder(TokenState.values());
        assertThat(copy().tokens()).isEqualTo(4);
        assertThat(store.tokens().list(TokenQuery.all()).items()).isEqualTo(before);
        assertThat(store.tokens().list(TokenQuery.all().tags("y")).items()).isEqualTo(before);
        assertThat(store.tokens().create(keyed()).id()).isEqualTo(pending);
    }

    @Test
    void runsInACopyWaitOn() {
        TokenId pending = create();
        RunId run = waitingFor(pending);
        TokenId ended = token();
        RunId goesOn = waitingFor(ended);
        complete(ended);
        assertThat(copy().awaited()).isEqualTo(2);
        assertThat(claim(PARENT).run()).isEqualTo(goesOn);
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        assertThat(complete(pending)).contains(true);
        assertThat(claim(PARENT).run()).isEqualTo(run);
    }
}
