package dev.errand.micrometer;

import dev.errand.Errand;
import dev.errand.NodeInfo;
import java.util.concurrent.TimeUnit;

/** Which node this engine is. One that lost its lease joins anew, with another number. For one thread at a time. */
final class OwnNode {
    private static final long ASK_EVERY = TimeUnit.SECONDS.toNanos(5);

    private final Errand errand;
    private long self = -1;
    private long asked = System.nanoTime() - ASK_EVERY;

    OwnNode(Errand errand) {
        this.errand = errand;
    }

    boolean is(long node) {
        if (node != self && System.nanoTime() - asked >= ASK_EVERY) {
            asked = System.nanoTime();
            errand.nodes().stream().filter(NodeInfo::self).findFirst().ifPresent(found -> self = found.number());
        }
        return node == self;
    }
}
