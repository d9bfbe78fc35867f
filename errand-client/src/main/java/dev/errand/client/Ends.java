package dev.errand.client;

import dev.errand.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Waits for the ends of runs. The server answers when it has come to that; whoever waits longer than it does asks again. */
final class Ends {
    /** Less than proxies wait for an answer. */
    static final Duration LONGEST = Duration.ofSeconds(20);

    private final Server server;

    private record Awaited(List<RunId> runs, boolean all, Duration within) {}

    private record Ended(List<RunId> ended) {}

    Ends(Server server) {
        this.server = server;
    }

    /** Waits until all have ended, or are gone. Answers those that have not. */
    List<RunId> all(List<RunId> runs, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + Pauses.nanos(timeout);
        List<RunId> open = new ArrayList<>(runs);
        boolean last = false;
        while (!open.isEmpty() && !last) {
            Duration within = left(end);
            last = within.isZero();
            open.removeAll(Set.copyOf(ended(open, true, within)));
        }
        return open;
    }

    /** Waits until one has ended, or is gone. Answers the first of those that have; empty if the time passed first. */
    Optional<RunId> any(List<RunId> runs, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + Pauses.nanos(timeout);
        List<RunId> ended = List.of();
        boolean last = false;
        while (ended.isEmpty() && !last) {
            Duration within = left(end);
            last = within.isZero();
            ended = ended(runs, false, within);
        }
        return ended.stream().findFirst();
    }

    static Duration left(long end) {
        return Duration.ofNanos(Math.clamp(end - System.nanoTime(), 0, LONGEST.toNanos()));
    }

    private List<RunId> ended(List<RunId> runs, boolean all, Duration within) throws InterruptedException {
        Ask ask = Ask.post(Address.path("runs", "await"), new Awaited(runs, all, within))
                .repeated()
                .waiting(within);
        return server.await(ask, Ended.class).ended();
    }
}
