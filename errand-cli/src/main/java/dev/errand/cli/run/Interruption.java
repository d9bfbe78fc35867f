package dev.errand.cli.run;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.StoreAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a one-shot run when somebody presses Ctrl-C, or the process is told to end: the engine closes, which puts the run
 * back in its queue without spending an attempt, and the user hears so. The JVM then ends with the signal's exit code.
 *
 * <p>Both the JVM's shutdown and the command's own end close the engine; whichever comes first decides. While the JVM shuts down
 * the command's thread meets a closed engine and must not complain about it, so it waits for the end of the process instead.
 */
final class Interruption implements AutoCloseable {
    private final Console console;
    private final Errand errand;
    private final StoreAddress store;
    private final Thread hook = new Thread(this::interrupted, "errand-interruption");
    private volatile @Nullable RunId run;
    private volatile boolean interrupted;

    Interruption(Console console, Errand errand, StoreAddress store) {
        this.console = console;
        this.errand = errand;
        this.store = store;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Says which run it is about, once there is one. */
    void of(RunId run) {
        this.run = run;
    }

    /** Does the command's work; does not return while the process is being ended. */
    <T> T guard(Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (Exception e) {
            standStill();
            throw e;
        }
    }

    private void interrupted() {
        interrupted = true;
        errand.close();
        RunId id = run;
        if (id != null) {
            try (Errand witness =
                    Errand.builder().store(store.url()).concurrency(0).open()) {
                tell(id, witness.run(id).state());
            }
        }
        console.flush();
    }

    private void tell(RunId id, RunState state) {
        console.error(
                state.isTerminal()
                        ? "interrupted; %s has ended %s".formatted(id, state)
                        : "interrupted; %s is %s again, errand run or errand dev goes on with it".formatted(id, state));
    }

    @Override
    public void close() {
        standStill();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            interrupted = true;
            standStill();
        }
        errand.close();
    }

    private void standStill() {
        while (interrupted) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                // nothing may come of it any more
            }
        }
    }
}
