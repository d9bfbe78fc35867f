package dev.errand.engine;

import dev.errand.Durations;
import dev.errand.Failure;
import dev.errand.Machine;
import dev.errand.NodeInfo;
import dev.errand.RunInfo;
import dev.errand.TaskInfo;
import dev.errand.engine.json.Codec;
import dev.errand.engine.step.StepList;
import dev.errand.engine.task.Definitions;
import dev.errand.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says in a sentence why a run is not running. */
final class Why {
    private static final int COUNTED = 1_000;

    private final Store store;
    private final List<NodeInfo> nodes;
    private final Definitions definitions;
    private final Codec codec;
    private final Clock clock;

    /** @param nodes that live */
    Why(Store store, List<NodeInfo> nodes, Definitions definitions, Codec codec, Clock clock) {
        this.store = store;
        this.nodes = nodes;
        this.definitions = definitions;
        this.codec = codec;
        this.clock = clock;
    }

    String of(RunInfo run) {
        return switch (run.state()) {
            case DELAYED -> "It is delayed until " + when(run.dueAt()) + ".";
            case RETRYING -> retrying(run);
            case QUEUED -> queued(run);
            case EXECUTING -> executing(run);
            case WAITING -> waiting(run);
            case COMPLETED -> "It completed at " + run.endedAt() + ".";
            case FAILED, CANCELED, TIMED_OUT, EXPIRED, CRASHED ->
                "It ended %s at %s: %s.".formatted(run.state(), run.endedAt(), run.reason());
        };
    }

    private String retrying(RunInfo run) {
        Failure failure = run.failure();
        int attempts = attempts(run);
        return "Attempt %d%s starts %s, because attempt %d failed%s."
                .formatted(
                        run.attempt() + 1,
                        run.attempt() < attempts ? " of " + attempts : "",
                        when(run.dueAt()),
                        run.attempt(),
                        failure == null ? "" : ": " + failure.summary());
    }

    /** How many it may make; 0 if nobody knows. */
    private int attempts(RunInfo run) {
        Integer own = run.maxAttempts();
        return own != null
                ? own
                : definitions.find(run.task()).map(TaskInfo::attempts).orElse(0);
    }

    private String waiting(RunInfo run) {
        return "Attempt %d waits%s."
                .formatted(
                        run.attempt(),
                        new WhyWaiting(StepList.of(store, run.id()), run.dueAt(), codec, this::when).text());
    }

    private String executing(RunInfo run) {
        String since = run.startedAt() == null ? "" : " since " + run.startedAt();
        return run.cancelRequested()
                ? "It was asked to stop; its body has not stopped yet (node %d%s).".formatted(run.node(), since)
                : "It is running: attempt %d on node %d%s.".formatted(run.attempt(), run.node(), since);
    }

    private String queued(RunInfo run) {
        if (run.node() != null) {
            return "It is queued: node %d has claimed it and starts it as soon as a slot is free."
                    .formatted(run.node());
        }
        List<NodeInfo> working =
                nodes.stream().filter(node -> node.concurrency() > 0).toList();
        if (working.isEmpty()) {
            return "It is queued, and no node is running on this store. Start one, for example with: errand dev";
        }
        String tooLarge = tooLarge(run, working);
        if (tooLarge != null) {
            return tooLarge;
        }
        working = working.stream()
                .filter(node -> node.tasks().stream().anyMatch(run.task()::equalsIgnoreCase))
                .toList();
        if (working.isEmpty()) {
            return unserved(run.task());
        }
        if (working.stream().noneMatch(node -> worksOn(node, run.queue()))) {
            return "It is queued%s, and all living nodes that have its task work on other queues only."
                    .formatted(run.queue() == null ? " in no queue" : " in " + run.queue());
        }
        Optional<String> obstacle = store.queues().obstacle(run.id());
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        int ahead = store.ahead(run.id(), COUNTED);
        String taken = machines(run).findAny().isPresent() ? "slots or budgets" : "slots";
        int slots = working.stream()
                .filter(node -> worksOn(node, run.queue()))
                .mapToInt(NodeInfo::concurrency)
                .sum();
        return "It is queued with %s%d runs ahead of it; all %s of the nodes that have its task are taken (%d)."
                .formatted(ahead >= COUNTED ? "at least " : "", ahead, taken, slots);
    }

    private static boolean worksOn(NodeInfo node, @Nullable String queue) {
        return node.queues().isEmpty()
                || (queue != null && node.queues().stream().anyMatch(queue::equalsIgnoreCase));
    }

    /** Whether it needs more than any node has; null if not. */
    private @Nullable String tooLarge(RunInfo run, List<NodeInfo> working) {
        List<Machine> budgets = working.stream()
                .map(NodeInfo::budget)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparingDouble(Machine::cpus).thenComparingDouble(Machine::gigabytes))
                .toList();
        if (budgets.isEmpty()) {
            return null;
        }
        return machines(run)
                .filter(machine -> budgets.stream().noneMatch(budget -> budget.holds(machine)))
                .findFirst()
                .map(machine -> "It waits for a node with room for machine %s (%s); the largest living one has %s."
                        .formatted(machine, machine.size(), budgets.getLast().size()))
                .orElse(null);
    }

    /** Those that a node must be able to hold. */
    private Stream<Machine> machines(RunInfo run) {
        Optional<TaskInfo> task = definitions.find(run.task());
        return Stream.of(
                        Optional.ofNullable(run.machine()),
                        task.map(TaskInfo::machine),
                        task.map(TaskInfo::onOutOfMemory))
                .flatMap(Optional::stream);
    }

    private String unserved(String task) {
        List<String> tags = definitions.find(task).map(TaskInfo::nodeTags).orElse(List.of());
        return tags.isEmpty()
                ? "It is queued, and no living node has the code of task %s.".formatted(task)
                : "It waits for a node with the tag%s %s: no living one has that and the code of task %s."
                        .formatted(tags.size() == 1 ? "" : "s", String.join(" and ", tags), task);
    }

    private String when(@Nullable Instant instant) {
        if (instant == null) {
            return "at a time not yet known";
        }
        Duration left = Duration.between(clock.instant(), instant);
        return left.isNegative() ? instant + " (now)" : "%s (in %s)".formatted(instant, Durations.print(left));
    }
}
