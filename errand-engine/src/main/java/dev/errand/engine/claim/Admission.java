package dev.errand.engine.claim;

import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.engine.machine.Machines;
import dev.errand.engine.task.Tasks;
import dev.errand.store.Claim;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What this node's budget of processors and memory lets in: the machines of what executes never sum over it. Attempts without a machine
 * cost nothing. Thread-safe.
 *
 * <p>Smaller attempts may pass one that does not fit, until that has waited for a minute; from then on what becomes free is kept for
 * it. What cannot start is given back, and for a moment nothing of the kind is asked for. A task of which a run came that needs more than
 * the whole budget, since its trigger said so, is left to other nodes for a moment: one of them may be large enough.
 */
final class Admission {
    private static final Duration PASSED_BY = Duration.ofMinutes(1);
    private static final long MOMENT = TimeUnit.SECONDS.toNanos(1);

    private final Machine budget;
    private final Tasks tasks;
    private final Clock clock;
    private final Map<RunId, Machine> admitted = new HashMap<>();
    /** Names of tasks that are left to others, and until when. */
    private final Map<String, Long> left = new HashMap<>();

    private double cpus;
    private double gigabytes;
    /** Until when nothing is asked for that costs; 0 for not. */
    private long fullUntil;

    Admission(Machine budget, Tasks tasks, Clock clock) {
        this.budget = budget;
        this.tasks = tasks;
        this.clock = clock;
    }

    private @Nullable Machine machine(Claim claim) {
        Task<?, ?> task = tasks.find(claim.task());
        return task == null ? claim.options().machine() : Machines.admitted(claim, task);
    }

    // ── what to ask for

    /** The names of the tasks to claim runs of now; the same set until something changes. */
    synchronized Set<String> names() {
        Set<String> all = tasks.names();
        if (fullUntil == 0 && left.isEmpty()) {
            return all;
        }
        long now = System.nanoTime();
        left.values().removeIf(until -> until - now <= 0);
        if (fullUntil - now <= 0) {
            fullUntil = 0;
        }
        if (fullUntil == 0 && left.isEmpty()) {
            return all;
        }
        Set<String> some = new HashSet<>(fullUntil == 0 ? all : tasks.withoutMachine());
        some.removeAll(left.keySet());
        return Set.copyOf(some);
    }

    /** Whether {@link #names} changes as time passes. */
    synchronized boolean changesSoon() {
        return fullUntil != 0 || !left.isEmpty();
    }

    /** Those of some claims that can never start here; their tasks are left to others for a moment. */
    synchronized List<Claim> tooLarge(Collection<Claim> claims) {
        List<Claim> tooLarge = new ArrayList<>();
        for (Claim claim : claims) {
            Machine machine = machine(claim);
            if (machine != null && !budget.holds(machine)) {
                tooLarge.add(claim);
                left.put(claim.task(), System.nanoTime() + MOMENT);
            }
        }
        return tooLarge;
    }

    /** These were given back, since nothing could start for a while. */
    synchronized void givenBack(Collection<Claim> claims) {
        if (claims.stream().anyMatch(claim -> !fits(machine(claim)))) {
            fullUntil = System.nanoTime() + MOMENT;
        }
    }

    // ── what may start

    private boolean fits(@Nullable Machine machine) {
        return machine == null
                || (cpus + machine.cpus() <= budget.cpus() && gigabytes + machine.gigabytes() <= budget.gigabytes());
    }

    /** Takes what the attempt costs; false if that is not free. */
    synchronized boolean take(Claim claim) {
        Machine machine = machine(claim);
        if (!fits(machine)) {
            return false;
        }
        if (machine != null && admitted.put(claim.run(), machine) == null) {
            cpus += machine.cpus();
            gigabytes += machine.gigabytes();
        }
        return true;
    }

    /** As {@link #take}, passing by another that came before and did not fit. */
    synchronized boolean takePassing(Claim claim, Claim before) {
        boolean costs = machine(claim) != null;
        return !(costs && clock.instant().isAfter(before.dueAt().plus(PASSED_BY))) && take(claim);
    }

    /** The attempt has ended; answers whether something became free by that. */
    synchronized boolean free(Claim claim) {
        Machine machine = admitted.remove(claim.run());
        if (machine == null) {
            return false;
        }
        cpus = admitted.isEmpty() ? 0 : cpus - machine.cpus();
        gigabytes = admitted.isEmpty() ? 0 : gigabytes - machine.gigabytes();
        fullUntil = 0;
        return true;
    }
}
