package dev.errand.acceptance;

import dev.errand.AbortException;
import dev.errand.ErrorData;
import dev.errand.Machine;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.StepFailedException;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tasks whose attempts execute in child processes, which find them in the fields of this class. */
final class IsolatedTasks {
    /** What a body sees of its process. */
    record Surroundings(
            long pid, int processors, long heap, @Nullable String property) {}

    record Note(String text) {}

    /** An error that has more to say than its message. */
    static final class Overdraft extends Exception implements ErrorData {
        Overdraft() {
            super("the account is short");
        }

        @Override
        public Object data() {
            return new Note("by 30");
        }
    }

    /** Cannot be written as JSON: it has itself in it. */
    static final class Broken {
        public Broken getSelf() {
            return this;
        }
    }

    static final Task<String, Surroundings> LOOK = Task.named("look", String.class, Surroundings.class)
            .machine(Machine.MICRO)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> look(payload));

    static final Task<String, Surroundings> LOOK_WITHOUT_MACHINE = Task.named(
                    "look-without-machine", String.class, Surroundings.class)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> look(payload));

    static final Task<Void, ?> PROGRESS = Task.named("progress", Void.class)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> {
                run.raise("progress", new Note("one"));
                run.raise("progress", new Note("two"));
                run.raise("progress", new Note("three"));
            });

    static final Task<Integer, Integer> TALK = Task.named("talk", Integer.class, Integer.class)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> {
                for (int i = 0; i < payload; i++) {
                    run.emit("item " + i + " " + "x".repeat(200));
                    run.log().info("line {}", i);
                    run.progress(i + 1, payload);
                    run.metadata().set("last", i);
                }
                run.log().error("an error", new IllegalStateException("not so bad"));
                return run.metadata().all().size();
            });

    static final Task<Integer, ?> RAISE_MUCH = Task.named("raise-much", Integer.class)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> {
                run.log().info("begins");
                for (int i = 0; i < payload; i++) {
                    run.raise("much", i + "x".repeat(200_000));
                }
            });

    static final Task<Path, ?> TALK_AND_WAIT = Task.named("talk-and-wait", Path.class)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> {
                run.log().info("at it");
                run.metadata().set("pids", List.of(ProcessHandle.current().pid()));
                for (int i = 0; !Files.exists(payload); i++) {
                    run.progress(i, 0);
                    Thread.sleep(5);
                }
            });

    static final Task<String, String> TRIGGER = Task.named("trigger", String.class, String.class)
            .isolated(IsolatedTasks.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                Run<?> child = run.trigger(
                        payload,
                        List.of(1, 2),
                        TriggerOptions.none()
                                .name("from a child")
                                .tags("a", "b")
                                .after(Duration.ofHours(1))
                                .machine(Machine.of(3, 6))
                                .idempotencyKey("once"));
                try {
                    return child.id() + " " + child.state();
                } catch (IllegalStateException e) {
                    return child.id().toString();
                }
            });

    static final Task<String, ?> FAIL = Task.named("fail", String.class)
            .isolated(IsolatedTasks.class)
            .declares(Overdraft.class)
            .retry(Retry.fixed(Duration.ofSeconds(7)).attempts(2).abortOn(UnsupportedOperationException.class))
            .run((payload, run) -> {
                switch (payload) {
                    case "abort" -> throw new AbortException("no use");
                    case "rule" -> throw new UnsupportedOperationException("never");
                    case "declared" -> throw new Overdraft();
                    case "lock" -> run.lock("ledger").run(() -> {});
                    case "exit" -> System.exit(5);
                    default -> throw new IOException(payload);
                }
            });

    static final Task<Void, Object> UNSERIALIZABLE = Task.named("unserializable", Void.class, Object.class)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> new Broken());

    static final Task<Path, ?> HOOKED = Task.named("hooked", Path.class)
            .isolated(IsolatedTasks.class)
            .retry(Retry.fixed(Duration.ZERO).attempts(2))
            .hooks(new Logged("task "))
            .run(IsolatedTasks::hooked);

    static final Task<Path, ?> HOOKED_HERE = Task.named("hooked-here", Path.class)
            .retry(Retry.fixed(Duration.ZERO).attempts(2))
            .hooks(new Logged("task "))
            .run(IsolatedTasks::hooked);

    /** Its steps say in which process they were called; the file has a line for each call. */
    static final Task<Path, List<String>> STEPS = Task.named(
                    "steps", new TypeRef<Path>() {}, new TypeRef<List<String>>() {})
            .isolated(IsolatedTasks.class)
            .retry(Retry.fixed(Duration.ZERO).attempts(3))
            .run(IsolatedTasks::steps);

    /** Its process dies in its step. */
    static final Task<Path, String> DIES_IN_STEP = Task.named("dies-in-step", Path.class, String.class)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> {
                try {
                    return run.step("die", String.class, StepOptions.none().atMostOnce(), () -> {
                        call(payload, "die");
                        Runtime.getRuntime().halt(9);
                        return "";
                    });
                } catch (StepFailedException e) {
                    return e.getMessage();
                }
            });

    /** Is in a step until it is interrupted, and calls another then. Since it has hooks, it is given more than a second for that. */
    static final Task<Path, ?> STOPPED_IN_STEP = Task.named("stopped-in-step", Path.class)
            .isolated(IsolatedTasks.class)
            .hooks(new Logged("task "))
            .run((payload, run) -> {
                try {
                    run.step("wait", () -> {
                        call(payload, "wait");
                        Thread.sleep(1_000_000);
                    });
                } catch (InterruptedException e) {
                    run.step("undo", () -> call(payload, "undo"));
                }
            });

    /** Needs more heap than its machine has. */
    static final Task<Integer, Long> HUNGRY = Task.named("hungry", Integer.class, Long.class)
            .machine(Machine.SMALL_1X)
            .onOutOfMemory(Machine.LARGE_1X)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> {
                if (run.attempt() <= payload) {
                    run.log().info("asking for too much");
                    return new long[Integer.MAX_VALUE - 8].length + 0L;
                }
                return Runtime.getRuntime().maxMemory();
            });

    /** Starts a process that needs more memory than its machine has. */
    static final Task<Void, ?> HUNGRY_OUTSIDE = Task.named("hungry-outside", Void.class)
            .machine(Machine.MICRO)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> new ProcessBuilder(
                            "sh", "-c", "x=$(head -c 300000000 /dev/zero | tr '\\0' x); sleep 100")
                    .start()
                    .waitFor());

    static final Task<Void, ?> HUNGRY_FOR_BUFFERS = Task.named("hungry-for-buffers", Void.class)
            .machine(Machine.MICRO)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> java.nio.ByteBuffer.allocateDirect(1 << 30));

    /** Ignores that it is interrupted, and has started other processes, one of which has lost its parent; says which. */
    static final Task<Void, ?> STUBBORN = Task.named("stubborn", Void.class)
            .isolated(IsolatedTasks.class)
            .run((payload, run) -> {
                Process other = new ProcessBuilder("sleep", "1000").start();
                Process gone = new ProcessBuilder("sh", "-c", "sleep 1000 & echo $!").start();
                long orphan = Long.parseLong(gone.inputReader().readLine());
                run.metadata().set("pids", List.of(ProcessHandle.current().pid(), other.pid(), orphan));
                while (true) {
                    Thread.onSpinWait();
                }
            });

    /** Says which process it is, and waits. */
    static final Task<Void, ?> WAIT = Task.named("wait", Void.class)
            .isolated(IsolatedTasks.class)
            .redeliveries(2)
            .run((payload, run) -> {
                run.metadata().set("pids", List.of(ProcessHandle.current().pid()));
                Thread.sleep(1_000_000);
            });

    /** Fails the first time, and answers what it saw in both attempts. */
    static final Task<Path, List<String>> STABLE = Task.named(
                    "stable", new TypeRef<Path>() {}, new TypeRef<List<String>>() {})
            .isolated(IsolatedTasks.class)
            .retry(Retry.fixed(Duration.ZERO).attempts(2))
            .run((seen, run) -> {
                try {
                    run.transaction("book", tx -> {});
                } catch (IllegalStateException e) {
                    call(seen, e.getMessage());
                }
                try {
                    run.sleep("nap", Duration.ofHours(1));
                } catch (IllegalStateException e) {
                    call(seen, e.getMessage());
                }
                try {
                    run.token("approval", String.class, Duration.ofHours(1));
                } catch (IllegalStateException e) {
                    call(seen, e.getMessage());
                }
                try {
                    run.step("patient", StepOptions.none().retry(Retry.none()), () -> call(seen, "called"));
                } catch (IllegalStateException e) {
                    call(seen, e.getMessage());
                }
                call(seen, List.of(run.changed("new"), run.now(), run.random().nextLong(), run.newId()) + "");
                if (run.attempt() == 1) {
                    throw new IllegalStateException("first");
                }
                return Files.readAllLines(seen);
            });

    static final Task<Path, ?> CANCELLED = Task.named("cancelled", Path.class)
            .isolated(IsolatedTasks.class)
            .hooks(new TaskHooks<Path, @Nullable Void>() {
                @Override
                public void onCancel(Path payload, CompletionStage<?> end, RunContext run) throws IOException {
                    end.toCompletableFuture().join();
                    run.log().info("onCancel");
                    Files.writeString(payload, "cancelled");
                }
            })
            .run((payload, run) -> {
                run.metadata().set("pids", List.of(ProcessHandle.current().pid()));
                Thread.sleep(1_000_000);
            });

    private IsolatedTasks() {}

    private static Surroundings look(String property) {
        Runtime runtime = Runtime.getRuntime();
        return new Surroundings(
                ProcessHandle.current().pid(),
                runtime.availableProcessors(),
                runtime.maxMemory(),
                System.getProperty(property));
    }

    private static List<String> steps(Path calls, RunContext run) throws Exception {
        String large =
                run.step("large", String.class, () -> call(calls, "large").repeat(100_000));
        List<String> seen = new ArrayList<>();
        seen.add(large.substring(0, large.indexOf(';')));
        for (int i = 0; i < 2; i++) {
            seen.add(run.step("twice", String.class, StepOptions.none(), () -> call(calls, "twice")));
        }
        try {
            run.step("busy", StepOptions.none().atMostOnce().retryOn(ConnectException.class), () -> {
                call(calls, "busy");
                throw run.attempt() == 1 ? new ConnectException("nobody there") : new IOException("line is busy");
            });
        } catch (StepFailedException e) {
            seen.add(e.getMessage());
        }
        return seen;
    }

    /** Answers what was called and where. */
    private static String call(Path calls, String step) throws IOException {
        Files.writeString(calls, step + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return step + " in " + ProcessHandle.current().pid() + ";";
    }

    /** Fails the first time. */
    private static void hooked(Path payload, RunContext run) {
        run.log().info("body sees {}", run.init());
        if (run.attempt() == 1) {
            throw new IllegalStateException("first");
        }
    }

    /** The engine's hooks; a child makes them anew. */
    static final class EngineHooks extends Logged {
        EngineHooks() {
            super("engine ");
        }
    }

    /** Writes to the run's log that it was called. */
    static class Logged implements TaskHooks<@Nullable Object, @Nullable Object> {
        private final String name;

        Logged(String name) {
            this.name = name;
        }

        private void write(String what, RunContext run) {
            run.log().info("{}{} {}", name, what, run.init());
        }

        @Override
        public void middleware(@Nullable Object payload, RunContext run, Next next) {
            write("before", run);
            next.proceed();
            write("after", run);
        }

        @Override
        public Object init(@Nullable Object payload, RunContext run) {
            write("init", run);
            return Map.of("by", name);
        }

        @Override
        public void onStart(@Nullable Object payload, RunContext run) {
            write("onStart", run);
        }

        @Override
        public void onStartAttempt(@Nullable Object payload, RunContext run) {
            write("onStartAttempt", run);
        }

        @Override
        public void onSuccess(@Nullable Object payload, @Nullable Object output, RunContext run) {
            write("onSuccess", run);
        }

        @Override
        public void onError(@Nullable Object payload, Throwable error, RunContext run) {
            write("onError", run);
        }

        @Override
        public void onFailure(@Nullable Object payload, Throwable error, RunContext run) {
            write("onFailure", run);
        }

        @Override
        public void onComplete(@Nullable Object payload, Result<@Nullable Object> result, RunContext run) {
            write("onComplete", run);
        }

        @Override
        public void cleanup(@Nullable Object payload, RunContext run) {
            write("cleanup", run);
        }
    }
}
