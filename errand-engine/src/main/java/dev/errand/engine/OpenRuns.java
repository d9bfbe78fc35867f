package dev.errand.engine;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.engine.schedule.Scheduler;

/** What the scheduler asks of runs. */
record OpenRuns(Engine engine) implements Scheduler.OpenRuns {
    @Override
    public boolean isOpen(RunId run) {
        return engine.store()
                .find(run)
                .filter(each -> !each.state().isTerminal())
                .isPresent();
    }

    @Override
    public void cancel(RunId run, String reason) {
        engine.requests().cancel(run, reason);
    }

    @Override
    public void whenEnded(RunId run, Runnable action) {
        engine.waiting()
                .onFinish(
                        new RunHandle<>(engine, run, Json.class),
                        () -> {
                            boolean waits = goesOn(run);
                            if (!waits) {
                                action.run();
                            }
                            return waits;
                        },
                        engine.handlers());
    }

    /** Not if that is not known, since nobody would tell of it again. */
    private boolean goesOn(RunId run) {
        try {
            return engine.waiting().isOpen() && isOpen(run);
        } catch (StoreException e) {
            return false;
        }
    }

    @Override
    public Run<Json> handle(RunId run) {
        return engine.handle(run, Json.class, false);
    }
}
