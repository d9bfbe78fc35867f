package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.KeyHash;
import dev.errand.store.NewToken;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How tokens end, whom their keys belong to, and when they are deleted. */
class TokenEndsTest extends TokenFile {
    private static final Retention TWO_HOURS = Retention.all(HOUR.multipliedBy(2));

    private void prune() {
        store.prune(TWO_HOURS, 1_000);
    }

    /** No answer gets lost, so that the same end sent again is another's. */
    @Test
    void theSameEndAgainIsNotTheFirst() {
        TokenId token = token();
        assertThat(complete(token)).contains(true);
        assertThat(complete(token)).contains(false);
        TokenId failed = token();
        assertThat(store.tokens().end(failed, null, "no")).contains(true);
        assertThat(store.tokens().end(failed, null, "no")).contains(false);
    }

    @Test
    void aTokenAndWhoWaitsForItSurviveTheProcess() {
        TokenId token = token();
        RunId run = waitingFor(token);
        TokenInfo before = info(token);
        store.close();
        open();
        assertThat(info(token)).isEqualTo(before);
        complete(token);
        assertThat(claim(PARENT).run()).isEqualTo(run);
    }

    @Test
    void aKeyThatIsFreeAgainIsTheNextTokens() throws SQLException {
        NewToken first = keyed(HOUR);
        store.tokens().create(first);
        clock.advance(HOUR);
        NewToken second = keyed(HOUR);
        assertThat(store.tokens().create(second).id()).isEqualTo(second.id());
        assertThat(store.tokens().create(keyed(HOUR)).id()).isEqualTo(second.id());
        assertThat(info(first.id()).idempotencyKey()).isEqualTo("k");
        assertThat(count("select count(*) from token where key is not null")).isEqualTo(1);
    }

    private NewToken keyed(Duration life) {
        NewToken plain = newToken(null, Duration.ofDays(1));
        NewToken.Key key =
                new NewToken.Key(KeyHash.of("k"), "k", clock.instant().plus(life));
        return new NewToken(plain.id(), "n", null, List.of(), plain.createdAt(), plain.timeoutAt(), key);
    }

    @Test
    void tokensAreDeletedPastTheRetentionOfCompletedRuns() throws SQLException {
        TokenId completed = token("x", "y");
        complete(completed);
        TokenId timesOut = token("x");
        TokenId pending =
                store.tokens().create(newToken(null, Duration.ofDays(1), "x")).id();
        clock.advance(HOUR.multipliedBy(2).minusMillis(1));
        prune();
        assertThat(store.tokens().list(TokenQuery.all()).items()).hasSize(3);
        clock.advance(Duration.ofMillis(1));
        prune();
        assertThat(store.tokens().find(completed)).isEmpty();
        assertThat(info(timesOut).state()).isEqualTo(TokenState.TIMED_OUT);
        clock.advance(HOUR);
        prune();
        assertThat(store.tokens().list(TokenQuery.all().tags("x")).items())
                .extracting(TokenInfo::id)
                .containsExactly(pending);
        assertThat(count("select count(*) from token_tag")).isEqualTo(1);
    }

    @Test
    void nothingIsDeletedThatIsKeptForEver() {
        TokenId token = token();
        complete(token);
        clock.advance(Duration.ofDays(1_000));
        store.prune(new Retention(null, HOUR, HOUR), 1_000);
        assertThat(info(token).state()).isEqualTo(TokenState.COMPLETED);
    }

    @Test
    void manyAreDeletedPastThoseThatAreAwaited() throws SQLException {
        TokenId first = token();
        waitingFor(first);
        insertTokens(1_200);
        TokenId last = token();
        waitingFor(last);
        clock.advance(HOUR.multipliedBy(3));
        prune();
        assertThat(count("select count(*) from token")).isEqualTo(2);
        assertThat(info(first).state()).isEqualTo(TokenState.TIMED_OUT);
        assertThat(info(last).state()).isEqualTo(TokenState.TIMED_OUT);
    }

    /** Who prunes keeps time as well; and those that stay do not keep him from the others. */
    @Test
    void onlySoManyAreLookedAtInOneGo() throws SQLException {
        SqliteStore file = (SqliteStore) store;
        TokenPruning pruning = new TokenPruning(file.writer, file.readers, 2);
        TokenId first = token();
        RunId run = waitingFor(first);
        clock.advance(Duration.ofSeconds(1));
        insertTokens(2 * TokenPruning.SLICE + 9);
        long past = Times.micros(clock.instant().plus(HOUR));
        pruning.prune(past);
        assertThat(count("select count(*) from token")).isEqualTo(11);
        pruning.prune(past);
        assertThat(count("select count(*) from token")).isEqualTo(1);
        store.purge(run, false);
        pruning.prune(past);
        assertThat(count("select count(*) from token")).isZero();
    }

    @Test
    void whatIsPastIsFoundInAnIndexInOrder() throws SQLException {
        assertThat(plan(TokenPruning.PAST))
                .anyMatch(line -> line.contains("INDEX token_ends ((ends,id)>(?,?) AND ends<?)"))
                .anyMatch(line -> line.contains("INDEX awaited_token (subject=?)"))
                .anyMatch(line -> line.contains("INDEX run_id (id=?)"))
                .noneMatch(line -> line.contains("TEMP B-TREE"));
    }

    @Test
    void aCursorOfSomethingElseIsRefusedAndNotRepeated() {
        for (String cursor : List.of("no cursor!", "." + TokenId.random(), "1." + TokenId.random() + "x", "")) {
            assertThatThrownBy(() -> store.tokens().list(TokenQuery.all().after(cursor)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("that is no cursor of a page of tokens");
        }
    }
}
