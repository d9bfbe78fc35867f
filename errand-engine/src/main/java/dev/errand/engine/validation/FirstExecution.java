package dev.errand.engine.validation;

import dev.errand.Branch;
import dev.errand.LoopAnswer;
import dev.errand.LoopBody;
import dev.errand.StepBody;
import dev.errand.engine.step.Suspension;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The execution of a body that counts: calls are what they always are, and are noted with what came of them. */
final class FirstExecution implements Execution {
    private final Trace top = new Trace("");
    private final Whereabouts<Trace> where = new Whereabouts<>(top);
    private volatile boolean completed;

    /** Executes the body. */
    <T extends @Nullable Object, X extends Exception> T execute(StepBody<T, X> body) throws X {
        T output = where.<T, X>in(top, body);
        top.ends(Ends.RETURNED);
        return output;
    }

    Trace trace() {
        return top;
    }

    boolean isCompleted() {
        return completed;
    }

    @Override
    public <T extends @Nullable Object> T call(Call call, Copying<T> copying, Code<T> real) {
        return answered(note(call), copying, real);
    }

    @Override
    public <T extends @Nullable Object> T loop(
            String name, LoopBody<T, ?> body, Composed<LoopBody<T, Exception>, T> real) {
        Noted noted = note(Call.named("loop", name));
        LoopBody<T, Exception> iterations = noted == null ? body::run : iterations(noted, name, body);
        return answered(noted, Copying.none(), () -> real.of(iterations));
    }

    private <T extends @Nullable Object> LoopBody<T, Exception> iterations(
            Noted noted, String name, LoopBody<T, ?> body) {
        return number -> iterate(noted.iteration(name, number), () -> body.run(number));
    }

    private <T extends @Nullable Object> LoopAnswer<T> iterate(Trace part, Code<LoopAnswer<T>> code) throws Exception {
        LoopAnswer<T> answer = where.in(part, code::run);
        part.ends(Ends.of(answer));
        return answer;
    }

    @Override
    public <T extends @Nullable Object, R> R fork(
            Call call, String name, List<Branch<T>> branches, Copying<R> copying, Composed<List<Branch<T>>, R> real) {
        Noted noted = note(call);
        List<Branch<T>> all = noted == null ? branches : branches(noted, name, branches);
        return answered(noted, copying, () -> real.of(all));
    }

    private <T extends @Nullable Object> List<Branch<T>> branches(Noted noted, String name, List<Branch<T>> branches) {
        return branches.stream()
                .map(branch -> new Branch<>(
                        branch.name(), branch.type(), () -> branch(noted.branch(name, branch.name()), branch)))
                .toList();
    }

    private <T extends @Nullable Object> T branch(Trace part, Branch<T> branch) throws Exception {
        T value = where.in(part, branch.body()::run);
        part.ends(Ends.RETURNED);
        return value;
    }

    private @Nullable Noted note(Call call) {
        Trace here = where.here();
        return here == null ? null : here.note(call, where.isKnown());
    }

    private static <T extends @Nullable Object> T answered(@Nullable Noted noted, Copying<T> copying, Code<T> real) {
        try {
            T value = real.run();
            if (noted != null) {
                noted.answered(copying.keep(value));
            }
            return value;
        } catch (Suspension e) {
            if (noted != null) {
                noted.waits();
            }
            throw e;
        } catch (Throwable e) { // of users, or of the engine's for them
            if (noted != null) {
                noted.answered(new Answer.Threw(e));
            }
            throw AsIs.<RuntimeException>thrown(e);
        }
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T apart(StepBody<T, X> code) throws X {
        return where.<T, X>in(null, code);
    }

    @Override
    public void completed() {
        completed = true;
    }

    @Override
    public boolean isSecond() {
        return false;
    }
}
