package dev.errand.engine.machine;

import dev.errand.Machine;
import dev.errand.NodeInfo;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What nodes have for attempts with a machine. A node tells it among what it serves, in words that are no task's id. */
public final class Budgets {
    private static final String WORD = "budget ";
    private static final double GIGABYTE = 1L << 30;

    private Budgets() {}

    /** All that this process finds: the processors and the memory of the container it runs in, or of the computer. */
    public static Machine found() {
        long bytes =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : Runtime.getRuntime().maxMemory();
        double gigabytes = Math.max(0.0625, Math.floor(bytes / GIGABYTE * 10) / 10);
        return Machine.of(Runtime.getRuntime().availableProcessors(), gigabytes);
    }

    /** What a node serves, and its budget. */
    public static Set<String> told(Set<String> tasks, Machine budget) {
        Set<String> all = new LinkedHashSet<>(tasks);
        all.add(WORD + budget);
        return all;
    }

    /** The node with its budget apart from its tasks. */
    public static NodeInfo heard(NodeInfo node) {
        List<String> tasks =
                node.tasks().stream().filter(each -> !each.startsWith(WORD)).toList();
        return new NodeInfo(
                node.number(),
                node.name(),
                node.pid(),
                node.concurrency(),
                node.startedAt(),
                tasks,
                budget(node.tasks()),
                node.version(),
                node.self());
    }

    private static @Nullable Machine budget(List<String> served) {
        return served.stream()
                .filter(each -> each.startsWith(WORD))
                .findFirst()
                .map(each -> Machine.parse(each.substring(WORD.length())))
                .orElse(null);
    }
}
