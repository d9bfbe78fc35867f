package dev.errand.engine.isolation;

import dev.errand.Machine;
import dev.errand.spi.ProcessTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A child process, as its node sees it. It executes one attempt at most. */
public final class Child {
    private static final Logger LOG = LoggerFactory.getLogger(Child.class);

    /** In its environment, and in that of all it starts. */
    public static final String MARK = "ERRAND_CHILD";

    /** How a JVM ends that ran out of heap. */
    private static final int OUT_OF_HEAP = 3;

    /** How it ended before it had told what came of its attempt. */
    public sealed interface End {
        /** It needed more memory than its machine has. */
        record OutOfMemory(String detail) implements End {}

        /** Something in it called {@code System.exit}. */
        record Exited(int code) implements End {}

        /** It was killed, or its JVM crashed. */
        record Died(int code) implements End {}
    }

    private final @Nullable Machine machine;
    private final Process process;
    private final ProcessTree tree;
    private final CompletableFuture<Channel> channel = new CompletableFuture<>();
    private final CompletableFuture<Child> ready = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();
    private volatile Consumer<Channel.Frame> receiver = frame -> {};
    private volatile Set<Long> members;
    private volatile @Nullable String tooMuch;
    private volatile boolean exiting;

    Child(@Nullable Machine machine, Process process, String mark) {
        this.machine = machine;
        this.process = process;
        this.members = Set.of(process.pid());
        this.tree = new ProcessTree(process.toHandle(), List.of(MARK + "=" + mark));
        CompletionStage<Process> exit = process.onExit();
        exit.thenRun(() -> {
            channel.completeExceptionally(new IOException("it ended with exit code " + process.exitValue()));
            if (channel.isCompletedExceptionally()) {
                gone.complete(null);
            }
            ready.completeExceptionally(new IOException("it ended with exit code " + process.exitValue()));
        });
    }

    @Nullable
    Machine machine() {
        return machine;
    }

    public long pid() {
        return process.pid();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    Set<Long> members() {
        return members;
    }

    void members(Set<Long> pids) {
        members = pids;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Completes when it can take a job; exceptionally if it never will. */
    CompletableFuture<Child> ready() {
        return ready;
    }

    // ── what it says

    /** It has connected. */
    void connected(Channel connection) {
        if (!channel.complete(connection)) {
            connection.close();
            return;
        }
        Thread.ofPlatform().daemon().name("errand-child-reader").start(() -> read(connection));
    }

    private void read(Channel connection) {
        try {
            Channel.Frame frame;
            while ((frame = connection.read()) != null) {
                receive(frame);
            }
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("pid", pid()).setCause(e).log("What a child process says is not understood");
        } finally { // whatever it is, nobody waits for the child any more
            connection.close();
            gone.complete(null);
        }
    }

    private void receive(Channel.Frame frame) {
        switch (frame.kind()) {
            case READY -> ready.complete(this);
            case EXITING -> exiting = true;
            default -> receiver.accept(frame);
        }
    }

    /**
     * Sends it its job.
     *
     * @param receiver gets what it says, in order, on a thread of the child's
     */
    public void begin(byte[] job, Consumer<Channel.Frame> receiver) {
        this.receiver = receiver;
        send(Kind.JOB, job);
    }

    /** Nothing if it is gone. */
    public void send(Kind kind, byte[] bytes) {
        Channel connection = connection();
        if (connection != null) {
            connection.send(kind, bytes);
        }
    }

    private @Nullable Channel connection() {
        return channel.isDone() && !channel.isCompletedExceptionally() ? channel.join() : null;
    }

    public void send(Kind kind, String text) {
        send(kind, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Completes when all that it said has been received, and nothing more can come. */
    public CompletionStage<@Nullable Void> gone() {
        return gone;
    }

    // ── its end

    /** How it ended, once it is {@link #gone}. */
    public End end() throws InterruptedException {
        String detail = tooMuch;
        if (!process.waitFor(2, TimeUnit.SECONDS)) {
            kill();
        }
        if (detail != null) {
            return new End.OutOfMemory(detail);
        }
        int code = process.waitFor();
        if (exiting && code < 128) {
            return new End.Exited(code);
        }
        return code == OUT_OF_HEAP ? new End.OutOfMemory("the heap was full") : new End.Died(code);
    }

    void outOfMemory(long bytes) {
        tooMuch = "the process held %,d MB".formatted(bytes >> 20);
        kill();
    }

    /** Kills it and all it started, and returns when they are dead. Keeps the thread's interruption. */
    public void kill() {
        tree.kill();
    }

    /** Gives it a moment to end by itself, and then kills what is left of it. */
    void dismiss(Duration moment) {
        boolean interrupted = Thread.interrupted();
        try {
            process.onExit().get(moment.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException e) {
            // killed below
        }
        kill();
        Channel connection = connection();
        if (connection != null) {
            connection.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
