package dev.errand.engine.validation;

import dev.errand.RunContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Executes a body twice:
 *
 * <pre>
 *   first    body ──► context ──► engine         what each call came to is noted
 *   second   body ──► context ──► notes          the same calls, in the same order? nothing reaches the engine
 * </pre>
 */
public final class TwoExecutions {
    /** The body, with its payload. */
    @FunctionalInterface
    public interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final RealRun run;
    private final FirstExecution first = new FirstExecution();

    /** Nothing is executed yet. To be made on the body's thread. */
    public TwoExecutions(RealRun run) {
        this.run = run;
    }

    /** Executes the body as if it were the only time. */
    public @Nullable Object first(Body body) throws Exception {
        RunContext noting = new ValidatedContext(run, first);
        return first.<@Nullable Object, Exception>execute(() -> body.run(noting));
    }

    /** Steps of the body, outside of loops and branches, that share a name and have no keys, by that name with how many they are. */
    public Map<String, Integer> repeated() {
        return first.trace().repeated();
    }

    /** Whether there may be a second execution, after the first has ended or waits. */
    public boolean isRepeatable() {
        return !first.isCompleted();
    }

    /** Executes the body with the same answers. Answers where it did not do the same; null if it did. */
    public @Nullable Difference second(Body body) {
        SecondExecution second = new SecondExecution(first.trace(), run);
        RunContext repeating = new ValidatedContext(run, second);
        return second.execute(() -> body.run(repeating));
    }
}
