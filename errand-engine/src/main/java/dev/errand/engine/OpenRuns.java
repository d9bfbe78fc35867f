package dev.errand.engine;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
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
                            boolean waits = isOpen(run) && engine.waiting().isOpen();
                            if (!waits) {
                                action.run();
                            }
                            return waits;
                        },
                        engine.handlers());
    }

    @Override
    public Run<Json> handle(RunId run) {
        return engine.handle(run, Json.class, false);
    }
}
