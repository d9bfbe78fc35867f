package dev.errand.spi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A program and all processes it started. Children are found through their parents and, on Linux, children whose parent is gone
 * through the environment they inherited, which has something that no other has. The process that asks is spared.
 */
public final class ProcessTree {
    private static final Path PROC = Path.of("/proc");
    private static final Duration DEATH = Duration.ofSeconds(2);
    private static final int PAUSE_MILLIS = 10;
    /** For half a second: the environment of one that is just beginning another program cannot be read. */
    private static final int LOOKS = 50;

    private final ProcessHandle root;
    private final List<String> environment;
    private final Set<ProcessHandle> known = new LinkedHashSet<>();

    /**
     * Looks for nothing yet.
     *
     * @param environment variables as {@code NAME=value} that only members have
     */
    public ProcessTree(ProcessHandle root, List<String> environment) {
        this.root = root;
        this.environment = List.copyOf(environment);
    }

    /**
     * Asks all of them to end, and kills what is left when the time is over. An interruption meanwhile ends the time at once; the
     * thread's flag is set again.
     */
    public void terminate(Duration grace) {
        try {
            end(ProcessHandle::destroy, grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kill();
    }

    /** Kills all of them. */
    public void kill() {
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + DEATH.toNanos();
        // Again and again: one that is just being forked is in no list yet.
        while (signalled(ProcessHandle::destroyForcibly) && System.nanoTime() < deadline) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills what a program left behind that has ended itself; false if nothing was found. */
    public boolean killStrays() {
        boolean any = members().anyMatch(ProcessTree::isAlive);
        boolean interrupted = Thread.interrupted();
        for (int looks = 1; !any && looks < LOOKS; looks++) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            any = members().anyMatch(ProcessTree::isAlive);
        }
        kill();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return any;
    }

    private void end(Consumer<ProcessHandle> signal, Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        signalled(signal);
        while (System.nanoTime() < deadline && known().anyMatch(ProcessTree::isAlive)) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private boolean signalled(Consumer<ProcessHandle> signal) {
        List<ProcessHandle> alive = members()
                .filter(ProcessTree::isAlive)
                .filter(member -> !member.equals(ProcessHandle.current()))
                .toList();
        alive.forEach(signal);
        return !alive.isEmpty();
    }

    private synchronized Stream<ProcessHandle> known() {
        return List.copyOf(known).stream();
    }

    /** Looks for members, and gives all ever seen: the parent through which one was found may be gone the next time. */
    private synchronized Stream<ProcessHandle> members() {
        known.add(root);
        strays().forEach(known::add);
        List.copyOf(known).forEach(member -> member.descendants().forEach(known::add));
        return List.copyOf(known).stream();
    }

    private Stream<ProcessHandle> strays() {
        return Files.isDirectory(PROC.resolve("self"))
                ? ProcessHandle.allProcesses().filter(this::hasOurEnvironment)
                : Stream.empty();
    }

    private boolean hasOurEnvironment(ProcessHandle process) {
        try {
            byte[] bytes = Files.readAllBytes(proc(process, "environ"));
            return List.of(new String(bytes, StandardCharsets.ISO_8859_1).split("\0", -1))
                    .containsAll(environment);
        } catch (IOException e) {
            return false; // another user's, or gone
        }
    }

    /** A process that has ended but that nobody asked for its exit code is dead to us. */
    private static boolean isAlive(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String status = Files.readString(proc(process, "stat"), StandardCharsets.ISO_8859_1);
            return !status.startsWith(" Z", status.lastIndexOf(')') + 1);
        } catch (IOException e) {
            return process.isAlive(); // no /proc here
        }
    }

    private static Path proc(ProcessHandle process, String file) {
        return PROC.resolve(Long.toString(process.pid())).resolve(file);
    }
}
