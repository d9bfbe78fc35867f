package dev.errand.engine.machine;

import dev.errand.Machine;
import java.lang.management.ManagementFactory;

/** What nodes have for attempts with a machine. */
public final class Budgets {
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
}
