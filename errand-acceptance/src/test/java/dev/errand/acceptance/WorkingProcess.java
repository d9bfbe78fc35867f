package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.process.Freeze;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Another process that works on a store, of a class's {@code main}. It says what it does line by line, the first time that it is
 * working, and ends with its parent.
 */
abstract class WorkingProcess implements AutoCloseable {
    /** A run that was locked when its node was taken for dead is taken back later. */
    private static final int PATIENCE_SECONDS = 90;

    private final String url;
    private final Process process;
    private final BufferedReader said;

    /**
     * Returns when it works, or has died of what waited for it.
     *
     * @param arguments after the store's URL
     */
    WorkingProcess(Class<?> main, String url, String... arguments) throws IOException {
        this.url = url;
        List<String> all = new ArrayList<>(List.of(url));
        all.addAll(List.of(arguments));
        this.process = JavaProcess.builder(main, all).start();
        this.said = process.inputReader();
        String first = said.readLine();
        if (first != null) {
            assertThat(first).isEqualTo("working");
        }
    }

    /** Waits until it says so. */
    final void await(String line) {
        CompletableFuture<String> next = CompletableFuture.supplyAsync(this::next, Thread::startVirtualThread);
        assertThat(next.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join()).isEqualTo(line);
    }

    private String next() {
        try {
            return String.valueOf(said.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final long pid() {
        return process.pid();
    }

    final boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it has died by its own hand, and its lease has ended. */
    final void awaitDeath() throws InterruptedException {
        assertThat(process.waitFor(Soon.SECONDS, TimeUnit.SECONDS))
                .as("the process dies in time")
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(9);
        TestStore.endLease(url, process.pid());
    }

    /** As {@code kill -9}; its lease ends at once. */
    final void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        TestStore.endLease(url, process.pid());
    }

    /** As {@code kill -STOP}, but not in the middle of a commit to a file, which nobody else could write to then. */
    final void standStill() throws IOException, InterruptedException {
        Freeze.stop(pid());
        while (TestStore.isLocked(url)) {
            goOn();
            Freeze.stop(pid());
        }
    }

    final void goOn() throws IOException, InterruptedException {
        Freeze.resume(pid());
    }

    /** Tells code that waits for it to return; heard when the process goes on, if it stands still. */
    final void letReturn() throws IOException {
        process.outputWriter().append("return\n").flush();
    }

    @Override
    public final void close() throws InterruptedException {
        kill();
    }
}
