package dev.errand.acceptance;

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
import dev.errand.Timeout;
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
import java.util.Objects;
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

    private interface Code {
        void run() throws Exception;
    }

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final AtomicInteger bodies = new AtomicInteger();
    private final List<TokenId> tokens = new CopyOnWriteArrayList<>();

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.concurrency(1).maxOutput(1_000));

    private Run<Object> trigger(Body body) {
        return trigger(Timeout.never(), body);
    }

    private Run<Object> trigger(Timeout timeout, Body body) {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .timeout(timeout)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .run((payload, run) -> {
                    bodies.incrementAndGet();
                    return body.run(run);
                });
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    private Run<Object> waiting(Body body) throws InterruptedException {
        Run<Object> run = trigger(body);
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
        Run<Object> run =
                waiting(context -> context.await(approval(context)).unwrap().ok());
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
        Step awaited = run.steps().getLast();
        assertThat(awaited.state()).isEqualTo(StepState.COMPLETED);
        assertThat(awaited.attempt())
                .as("kept by the first, and not looked for again")
                .isEqualTo(1);
        assertThat(test.errand().tokens().list(TokenQuery.all()).items()).hasSize(1);
    }

    @Test
    void aTokenFromOutsideIsAwaitedByMany() throws InterruptedException {
        Token<Approval> token = test.errand()
                .tokens()
                .create(
                        Approval.class,
                        TokenOptions.none().name("launch").tags("demo").timeout(TEN_MINUTES));
        Run<Object> one = waiting(context -> context.await(token).unwrap().ok());
        Run<Object> two = waiting(context ->
                context.await(Token.of(token.id(), Approval.class)).unwrap().ok());
        assertThat(test.errand().why(two.id()))
                .contains("waits for 'launch' to end")
                .doesNotContain(token.id().toString());
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
        assertThatThrownBy(() -> test.errand().tokens().fail(TokenId.random(), "late"))
                .isInstanceOf(TokenNotFoundException.class);
        assertThatThrownBy(() -> test.errand().tokens().get(TokenId.random()))
                .isInstanceOf(TokenNotFoundException.class);
        Token<Approval> lost = Token.of(TokenId.random(), Approval.class);
        Run<Object> run =
                test.finish(trigger(context -> context.await(lost).unwrap().ok()));
        assertThat(run)
                .hasState(RunState.FAILED)
                .hasFailure(TokenNotFoundException.class)
                .hasSteps();
        assertThat(Objects.requireNonNull(run.info().failure()).stack())
                .as("an id is a secret")
                .doesNotContain(lost.id().toString());
    }

    @Test
    void whatIsCompletedBeforeIsNotWaitedFor() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> {
            Token<Approval> token = approval(context);
            test.errand().tokens().complete(token.id(), new Approval(5));
            return context.await(token).unwrap().ok()
                    + context.await(token).unwrap().ok();
        }));
        assertThat(run).isCompleted().hasOutput(10).hasSteps("approval", "approval");
        assertThat(bodies).hasValue(1);
    }

    @Test
    void aTokenOfNoValueIsCompletedAllTheSame() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            TokenResult<Approval> result = context.await(approval(context));
            return result.ok() + " " + result.unwrap();
        });
        test.errand().tokens().complete(tokens.getFirst(), null);
        assertThat(test.finish(run)).isCompleted().hasOutput("true null");
    }

    @Test
    void aValueThatDoesNotFitFailsTheAttemptAndMayFitTheNext() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            Token<Approval> token = approval(context);
            return context.attempt() == 1
                    ? context.await(token).unwrap().ok()
                    : context.await(Token.of(token.id(), String.class)).unwrap();
        });
        test.errand().tokens().complete(tokens.getFirst(), "yes");
        assertThat(test.finish(run)).isCompleted().hasAttempts(2).hasOutput("yes");
        assertThat(run.attempts().getFirst().failure()).satisfies(failure -> {
            assertThat(failure.type()).isEqualTo(IllegalStateException.class.getName());
            assertThat(failure.message()).contains("does not fit", Approval.class.getName());
        });
        assertThat(run.steps())
                .as("it has ended all the same")
                .extracting(Step::state)
                .containsOnly(StepState.COMPLETED);
    }

    @Test
    void whatCannotBeKeptEndsNoToken() {
        Token<Approval> token = test.errand().tokens().create(Approval.class);
        assertThatThrownBy(() -> test.errand().tokens().complete(token.id(), new Json("{not json")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be written as JSON");
        assertThatThrownBy(() -> test.errand().tokens().complete(token.id(), "x".repeat(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 1,001 bytes; at most 1,000 are kept");
        for (String error : List.of("", " ", "x".repeat(8_001))) {
            assertThatThrownBy(() -> test.errand().tokens().fail(token.id(), error))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 8,000 characters");
        }
        assertThat(test.errand().tokens().get(token.id()).state()).isEqualTo(TokenState.PENDING);
    }

    @Test
    void theTimeoutOfTheRunGoesOnWhileItWaits() throws InterruptedException {
        Run<Object> run = test.finish(trigger(
                Timeout.ofAttempt(Duration.ofMinutes(5)),
                context -> context.await(approval(context)).unwrap().ok()));
        assertThat(run).hasState(RunState.TIMED_OUT);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(Duration.ofMinutes(5)));
        assertThat(test.errand().tokens().get(tokens.getFirst()).state()).isEqualTo(TokenState.PENDING);
    }

    @Test
    void onlyTheBodyItselfWaits() throws InterruptedException {
        List<String> refused = new CopyOnWriteArrayList<>();
        Run<Object> run = test.finish(trigger(context -> {
            Token<Approval> token = approval(context);
            context.step("S", () -> refused.add(refusal(() -> context.await(token))));
            context.step("S", () -> refused.add(refusal(() -> context.token("T", Approval.class, TEN_MINUTES))));
            context.lock("L").run(() -> refused.add(refusal(() -> context.await(token))));
            Thread.ofVirtual()
                    .start(() -> refused.add(refusal(() -> context.await(token))))
                    .join();
            return "";
        }));
        assertThat(run).isCompleted().hasSteps("approval", "S", "S");
        assertThat(refused.get(0)).contains("Token 'approval' was not awaited", "inside step 'S'");
        assertThat(refused.get(1)).contains("Step 'T' was not begun", "inside step 'S'");
        assertThat(refused.get(2)).contains("Token 'approval' was not awaited", "holds a lock");
        assertThat(refused.get(3)).contains("Token 'approval' was not awaited", "only the thread");
    }

    private static String refusal(Code code) {
        try {
            code.run();
            return "nothing was refused";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        } catch (Exception e) {
            return e.toString();
        }
    }

    @Test
    void aRunThatWaitsForATokenIsCancelledAtOnce() throws InterruptedException {
        Run<Object> run =
                waiting(context -> context.await(approval(context)).unwrap().ok());
        run.cancel("enough");
        assertThat(run).hasState(RunState.CANCELED);
        assertThat(test.errand().tokens().complete(tokens.getFirst(), new Approval(1)))
                .isEqualTo(TokenAnswer.OK);
        test.runUntilIdle();
        assertThat(bodies).hasValue(1);
    }
}
