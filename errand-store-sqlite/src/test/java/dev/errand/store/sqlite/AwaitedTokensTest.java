package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Report;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Who marks that a token has ended for which a run waits, and what follows from it at once. */
class AwaitedTokensTest extends TokenFile {
    @Test
    void whoWaitsIsQueuedByTheCommitThatEndsItsToken() {
        TokenId token = token();
        RunId run = waitingFor(token);
        CompletionStage<List<Claim>> claims = store.claim(new ClaimRequest(1, Set.of(PARENT)));
        complete(token);
        assertThat(await(claims)).extracting(Claim::run).containsExactly(run);
    }

    @Test
    void whoBeginsToWaitForWhatHasHappenedIsQueuedByThatCommit() {
        TokenId completed = token();
        complete(completed);
        TokenId late =
                store.tokens().create(newToken(null, Duration.ofSeconds(1))).id();
        clock.advance(Duration.ofSeconds(1));
        for (TokenId token : List.of(completed, late, TokenId.random())) {
            assertThat(state(waitingFor(token))).isEqualTo(RunState.QUEUED);
            record(completed(claim(PARENT)));
        }
    }

    /** Invariant: whichever of the two is first, a run whose token has ended does not stay WAITING; here in one commit. */
    @Test
    void oneCommitThatBeginsTheWaitAndEndsItLeavesNobodyWaiting() {
        for (boolean endsFirst : List.of(true, false)) {
            TokenId token = token();
            RunId run = enqueue(PARENT);
            Report wait = waitsFor(claim(PARENT), false, token);
            ((SqliteStore) store).writer.call(tx -> {
                if (endsFirst) {
                    Tokens.end(tx, token, json("1"), null);
                }
                Recording.record(tx, List.of(wait));
                return endsFirst || Tokens.end(tx, token, json("1"), null).isPresent();
            });
            assertThat(state(run)).as("ends first: %s", endsFirst).isEqualTo(RunState.QUEUED);
            record(completed(claim(PARENT)));
        }
    }

    /** Nobody waits for the lock for longer the more there are. */
    @Test
    void ofManyWhoWaitForATokenSomeAreQueuedAtATime() throws SQLException {
        int many = 1_500;
        TokenId token = token();
        List<NewRun> runs = NewRuns.many(many, PARENT, clock);
        store.enqueue(runs);
        List<Claim> claims = await(store.claim(new ClaimRequest(many, Set.of(PARENT))));
        record(claims.stream().map(claim -> waitsFor(claim, false, token)).toArray(Report[]::new));
        complete(token);
        assertThat(count("select count(*) from live where state = 1")).isEqualTo(1_000);
        while (store.advance().filter(due -> due.isBefore(clock.instant())).isPresent()) {
            // there is more
        }
        assertThat(count("select count(*) from live where state = 1")).isEqualTo(many);
    }

    @Test
    void aTokenThatARunWaitedForEarlierDoesNotEndItsWait() {
        TokenId early = token();
        RunId run = enqueue(PARENT);
        Instant now = clock.instant();
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(early), false);
        record(new Report.Waiting(claim(PARENT), now, now, List.of(), now.plus(Duration.ofMinutes(1)), awaits));
        clock.advance(Duration.ofMinutes(1));
        store.advance();
        TokenId later = token();
        record(waitsFor(claim(PARENT), true, later));
        complete(early);
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        complete(later);
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whatARunAwaitsGoesWithIt() throws SQLException {
        TokenId token = token();
        RunId run = waitingFor(token);
        assertThat(count("select count(*) from awaited")).isEqualTo(1);
        assertThat(store.purge(run, false)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(count("select count(*) from awaited")).isZero();
        assertThat(complete(token)).contains(true);
    }

    @Test
    void theEndOfARunThatWasCancelledMeanwhileChangesNothing() {
        TokenId token = token();
        RunId run = waitingFor(token);
        store.cancel(run, "enough");
        assertThat(complete(token)).contains(true);
        assertThat(store.advance()).isEmpty();
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
    }

    /** A body that awaits one token after another does not write those before. */
    @Test
    void whatIsOverIsLeftAloneByWaitsThatFollow() throws SQLException {
        execute("create table written (subject blob)", """
                create trigger written after update of armed on awaited begin
                    insert into written values (new.subject);
                end
                """);
        RunId run = enqueue(PARENT);
        List<TokenId> tokens = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tokens.add(token());
            record(waitsFor(claim(PARENT), false, tokens.getLast()));
            complete(tokens.getLast());
        }
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(count("select count(*) from written")).isZero();
        assertThat(count("select count(*) from awaited where state = 2")).isEqualTo(5);
    }

    /** As long as only tokens are awaited, runs that end are not looked for among what is. */
    @Test
    void endsOfRunsCostNothingWhileTokensAreAwaited() throws SQLException {
        waitingFor(token());
        assertThat(count(Awaited.IS_OPEN)).isZero();
        awaitOne(enqueue(PARENT));
        assertThat(count(Awaited.IS_OPEN)).isEqualTo(1);
    }

    @Test
    void whoEndsATokenFindsWhoAwaitsItInAnIndex() throws SQLException {
        assertThat(plan(Awaited.MARK_TOKEN)).anyMatch(line -> line.contains("awaited_token (subject=? AND state=?)"));
    }
}
