package dev.errand.chaos;

import dev.errand.Errand;
import dev.errand.ErrandException;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.StepState;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import java.time.Duration;
import java.util.Objects;

/** Completes the tokens of runs that wait, sets the values and sends the signals, whatever befalls the store meanwhile. */
final class Approver implements AutoCloseable {
    private final Errand errand;
    private final Thread thread;
    private volatile boolean closed;

    Approver(Errand errand) {
        this.errand = errand;
        thread = Thread.ofPlatform().daemon().name("approver").start(this::approve);
    }

    private void approve() {
        while (!closed) {
            try {
                errand.tokens().list(TokenQuery.all().states(TokenState.PENDING)).items().stream()
                        .filter(this::isAwaited)
                        .forEach(token -> errand.tokens().complete(token.id(), "approved"));
                for (RunInfo run : errand.runs(
                                RunQuery.all().tasks(PointedProcess.TASK).states(RunState.WAITING))
                        .items()) {
                    help(run.id());
                }
            } catch (ErrandException e) { // the store is away, or the run is; soon again
            }
            Cluster.pass(Duration.ofMillis(20));
        }
    }

    private void help(RunId run) {
        boolean isCalled = !errand.run(run).signals().isEmpty(); // before it is seen to wait, so that it is called once
        if (waitsFor(PointedProcess.STOCKED, run)) {
            errand.value(PointedProcess.stock(run), Integer.class).set(7);
        } else if (!isCalled && waitsFor(PointedProcess.CALLED, run)) {
            errand.signal(run, PointedProcess.CALLED, "called");
        }
    }

    private boolean waitsFor(String name, RunId run) {
        return errand.run(run).steps().stream()
                .anyMatch(step -> step.name().equals(name) && step.state() == StepState.WAITING);
    }

    private boolean isAwaited(TokenInfo token) {
        return errand.run(Objects.requireNonNull(token.run())).state() == RunState.WAITING;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
