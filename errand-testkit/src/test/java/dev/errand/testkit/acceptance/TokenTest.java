package dev.errand.testkit.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenAnswer;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenNotFoundException;
import dev.errand.TokenOptions;
import dev.errand.TokenQuery;
import dev.errand.TokenResult;
import dev.errand.TokenState;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Bodies that wait for what is completed from outside. */
class TokenTest {
    record Approval(int ok) {}

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final AtomicInteger bodies = new AtomicInteger();
    private final List<TokenId> tokens = new CopyOnWriteArrayList<>();

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.concurrency(1));

    private Run<Object> waiting(Body body) throws InterruptedException {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .run((payload, run) -> {
                    bodies.incrementAndGet();
                    return body.run(run);
                });
        test.errand().put(task);
        Run<Object> run = test.errand().trigger(task, "");
        test.until(run, RunState.WAITING);
        return run;
    }

    private Token<Approval> approval(RunContext run) throws InterruptedException {
        Token<Approval> token = run.token("approval", Approval.class, TEN_MINUTES);
        tokens.add(token.id());
        return token;
    }

    @Test
    void aRunGoesOnWithTheValueOfItsToken() throws InterruptedException { // case 175
        Run<Object> run = waiting(context -> context.await(approval(context)).unwrap().ok());
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(TEN_MINUTES));
        assertThat(test.errand().why(run.id())).contains("waits for 'approval' to end");
        assertThat(run.steps()).extracting(Step::state).containsExactly(StepState.COMPLETED, StepState.WAITING);
        assertThat(test.errand().tokens().complete(tokens.getFirst(), Map.of("ok", 1)))
                .isEqualTo(TokenAnswer.OK);
        assertThat(test.finish(run)).isCompleted().hasOutput(1).hasAttempts(1);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START);
        assertThat(test.errand().tokens().complete(tokens.getFirst(), new Approval(2)))
                .isEqualTo(TokenAnswer.ENDED);
        assertThat(test.errand().tokens().get(tokens.getFirst()).value()).isEqualTo(new Json("{\"ok\":1}"));
        assertThat(tokens).hasSize(2);
        assertThat(tokens.getFirst()).as("created once").isEqualTo(tokens.getLast());
    }

    @Test
    void aTokenThatTimesOutIsAResult() throws InterruptedException {
        Run<Object> run = waiting(context -> switch (context.await(approval(context))) {
            case TokenResult.Completed<Approval> done -> "completed";
            case TokenResult.Failed<Approval> failed -> failed.error();
            case TokenResult.TimedOut<Approval> late -> "nobody answered";
        });
        assertThat(test.finish(run)).isCompleted().hasOutput("nobody answered");
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(TEN_MINUTES));
        assertThat(test.errand().tokens().get(tokens.getFirst()).state()).isEqualTo(TokenState.TIMED_OUT);
    }

    @Test
    void aTokenThatFailsSaysWhy() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            TokenResult<Approval> result = context.await(approval(context));
            return result instanceof TokenResult.Failed<Approval> failed ? failed.error() : "?";
        });
        test.errand().tokens().fail(tokens.getFirst(), "the boss said no");
        assertThat(test.finish(run)).isCompleted().hasOutput("the boss said no");
    }

    @Test
    void whatCameOfATokenIsKeptForTheNextAttempt() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            int ok = context.await(approval(context)).unwrap().ok();
            if (context.attempt() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return ok;
        });
        test.errand().tokens().complete(tokens.getFirst(), new Approval(7));
        assertThat(test.finish(run)).isCompleted().hasAttempts(2).hasOutput(7);
        assertThat(test.errand().tokens().list(TokenQuery.all()).items()).hasSize(1);
    }

    @Test
    void aTokenFromOutsideIsAwaitedByMany() throws InterruptedException {
        Token<Approval> token = test.errand()
                .tokens()
                .create(Approval.class, TokenOptions.none().name("launch").tags("demo").timeout(TEN_MINUTES));
        Run<Object> one = waiting(context -> context.await(token).unwrap().ok());
        Run<Object> two = waiting(context -> context.await(Token.of(token.id(), Approval.class)).unwrap().ok());
        test.errand().tokens().complete(token.id(), new Approval(3));
        assertThat(test.finish(one)).hasOutput(3);
        assertThat(test.finish(two)).hasOutput(3);
        assertThat(test.errand().tokens().list(TokenQuery.all().tags("demo")).items())
                .extracting(TokenInfo::name)
                .containsExactly("launch");
    }

    @Test
    void aTokenIsCreatedOnceForAKey() {
        TokenOptions options = TokenOptions.none().idempotencyKey("order-7");
        Token<Approval> first = test.errand().tokens().create(Approval.class, options);
        assertThat(test.errand().tokens().create(Approval.class, options).id()).isEqualTo(first.id());
    }

    @Test
    void aTokenThatNobodyCreatedIsRefused() throws InterruptedException {
        assertThatThrownBy(() -> test.errand().tokens().complete(TokenId.random(), 1))
                .isInstanceOf(TokenNotFoundException.class)
                .hasMessageContaining("No such token");
        Task<String, String> task = Task.named("lost", String.class, String.class)
                .retry(Retry.none())
                .run((payload, run) -> run.await(Token.of(TokenId.random(), String.class)).unwrap());
        test.errand().put(task);
        assertThat(test.finish(test.errand().trigger(task, ""))).hasState(RunState.FAILED);
    }

    @Test
    void aRunThatWaitsForATokenIsCancelledAtOnce() throws InterruptedException {
        Run<Object> run = waiting(context -> context.await(approval(context)).unwrap().ok());
        run.cancel("enough");
        assertThat(run).hasState(RunState.CANCELED);
        assertThat(test.errand().tokens().complete(tokens.getFirst(), new Approval(1))).isEqualTo(TokenAnswer.OK);
        test.runUntilIdle();
        assertThat(bodies).hasValue(1);
    }
}
