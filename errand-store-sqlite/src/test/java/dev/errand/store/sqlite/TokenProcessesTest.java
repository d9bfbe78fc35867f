package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.TokenState;
import dev.errand.store.Claim;
import dev.errand.store.NewRuns;
import dev.errand.store.NewToken;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tokens that one process ends and another one's runs wait for. */
class TokenProcessesTest extends TwoProcesses {
    private static final int TRIES = 9;
    private static final int ROUNDS = 50;
    private static final int WAITING = 200;
    private static final int KILLED_AFTER = 60;

    private TokenId token() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        NewToken token = new NewToken(TokenId.random(), "token", null, List.of(), now, now.plusSeconds(60), null);
        return store.tokens().create(token).id();
    }

    @Test
    void whoseTokenAnotherProcessEndsGoesOnThoughItsNodeNeverLooksByItself() throws IOException {
        ChildProcess.joinToHear(store, "parent", 1);
        try (ChildProcess child = ChildProcess.start(file(), "end")) {
            for (int i = 0; i < TRIES; i++) {
                enqueue();
                TokenId token = ChildProcess.waitForToken(store, claim());
                CompletableFuture<List<Claim>> goesOn = claims(1);
                child.write(token.toString());
                assertThat(inTime(goesOn)).hasSize(1).allMatch(Claim::resumed);
                assertThat(first(child)).isTrue();
            }
        }
    }

    /** This process is no node, as one that completes a token and is gone. */
    @Test
    void aNodeOfAnotherProcessIsToldOfATokenThatIsEndedHere() throws IOException {
        try (ChildProcess child = ChildProcess.start(file(), "await")) {
            for (int i = 0; i < TRIES; i++) {
                enqueue();
                TokenId token = TokenId.of(child.readInTime());
                assertThat(store.tokens().end(token, null, "no")).contains(true);
                assertThat(child.readInTime()).isEqualTo(ChildProcess.GOES_ON);
            }
        }
    }

    @Test
    void ofSeveralProcessesThatEndATokenOneDoes() throws IOException {
        try (ChildProcess one = ChildProcess.start(file(), "end");
                ChildProcess two = ChildProcess.start(file(), "end")) {
            for (int round = 0; round < ROUNDS; round++) {
                TokenId token = token();
                one.write(token.toString());
                two.write(token.toString());
                List<Boolean> answers = List.of(
                        store.tokens().end(token, new byte[] {'2'}, null).orElseThrow(), first(one), first(two));
                assertThat(answers).as("in round %d", round).containsOnlyOnce(true);
            }
        }
    }

    /** Invariant: what was acknowledged is kept, and a run whose token has ended does not stay WAITING, wherever its process dies. */
    @Test
    void anEndIsWholeOrNotThereWhereverItsProcessIsKilled() throws IOException {
        store.join("parent", 1);
        Map<RunId, TokenId> waiting = new LinkedHashMap<>();
        store.enqueue(NewRuns.many(WAITING, ChildProcess.TASK, Clock.systemUTC()));
        while (waiting.size() < WAITING) {
            Claim claim = claim();
            waiting.put(claim.run(), ChildProcess.waitForToken(store, claim));
        }
        Random random = new Random(175);
        List<TokenId> left = new ArrayList<>(waiting.values());
        while (!left.isEmpty()) {
            List<TokenId> next = left.subList(0, Math.min(KILLED_AFTER, left.size()));
            try (ChildProcess child = ChildProcess.start(file(), "end")) {
                for (TokenId token : next) {
                    child.write(token.toString());
                }
                int acknowledged = random.nextInt(next.size() + 1);
                for (int i = 0; i < acknowledged; i++) {
                    assertThat(first(child)).isTrue();
                }
                child.kill();
                assertThat(next.subList(0, acknowledged)).noneMatch(this::isPending);
            }
            waiting.forEach(
                    (run, token) -> assertThat(store.find(run).orElseThrow().state())
                            .isEqualTo(isPending(token) ? RunState.WAITING : RunState.QUEUED));
            left = left.stream().filter(this::isPending).toList();
        }
    }

    private boolean isPending(TokenId token) {
        return store.tokens().find(token).orElseThrow().state() == TokenState.PENDING;
    }

    private static boolean first(ChildProcess child) throws IOException {
        return Boolean.parseBoolean(child.read());
    }

    /** Invariant: whichever of the two commits is first, a run whose token has ended does not stay WAITING. */
    @Test
    void aTokenThatAnotherProcessEndsWhileItsRunBeginsToWaitHasItGoOn() throws IOException {
        store.join("parent", 1);
        try (ChildProcess child = ChildProcess.start(file(), "end")) {
            for (int round = 0; round < ROUNDS; round++) {
                enqueue();
                Claim claim = claim();
                TokenId token = token();
                child.write(token.toString());
                ChildProcess.waitFor(store, claim, token);
                assertThat(first(child)).isTrue();
                Claim resumed = claim();
                assertThat(resumed.resumed()).as("in round %d", round).isTrue();
                complete(resumed);
            }
        }
    }
}
