package dev.errand.cli.doctor;

import dev.errand.NodeInfo;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The nodes that work. */
final class Workers {
    private Workers() {}

    /** @param waiting whether runs wait for one; asked if there is none */
    static Finding examine(List<NodeInfo> nodes, BooleanSupplier waiting) {
        long workers = nodes.stream().filter(node -> node.concurrency() > 0).count();
        if (workers > 0) {
            return Finding.ok("nodes", workers + " at work");
        }
        return waiting.getAsBoolean()
                ? Finding.warn("nodes", "none at work, and runs are queued", "start one: errand dev")
                : Finding.ok("nodes", "none at work, and none needed");
    }
}
