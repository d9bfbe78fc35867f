package dev.errand.store.sqlite;

import dev.errand.NodeInfo;
import java.util.ArrayList;
import java.util.List;

/** Takes back what nodes held that have died. */
final class Recovery {
    private final Nodes nodes;
    private final NodeLocks locks;
    private final Readers readers;
    private final Writer writer;
    private boolean thorough = true;

    Recovery(Nodes nodes, NodeLocks locks, Readers readers, Writer writer) {
        this.nodes = nodes;
        this.locks = locks;
        this.readers = readers;
        this.writer = writer;
    }

    /**
     * Looks at the claims only if a node has died, and the first time, when there may be claims of nodes that nobody lists. It looks once
     * more when the dead are no nodes any more: one that only stood still may have claimed until then, and not from then on. Answers
     * how many runs were taken back.
     */
    synchronized int recover() {
        // Read first: nodes that join from now on have higher numbers, and are not to be taken for dead.
        long last = nodes.lastNumber();
        List<Long> living = new ArrayList<>();
        List<Long> dead = new ArrayList<>();
        for (NodeInfo node : nodes.all()) {
            (locks.isAlive(node.number()) ? living : dead).add(node.number());
        }
        if (dead.isEmpty() && !thorough) {
            return 0;
        }
        int taken = Held.ofOthersThan(readers, living, last).takeBack(writer);
        dead.forEach(nodes::bury);
        thorough = false;
        return dead.isEmpty()
                ? taken
                : taken + Held.ofOthersThan(readers, living, last).takeBack(writer);
    }
}
