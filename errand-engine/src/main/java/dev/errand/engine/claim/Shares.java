package dev.errand.engine.claim;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.Share;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Claims ahead of a limit's permits: of each share as many are let through as may execute at a time, the rest follows one by one as those
 * end. Used under the lock of {@link Slots}.
 */
final class Shares {
    /** What came of one share. */
    private static final class Line {
        int through;
        final ArrayDeque<Claim> behind = new ArrayDeque<>();
        long lastMove = System.nanoTime();
    }

    private final Map<Long, Line> lines = new HashMap<>();

    /** Whether it may start as soon as there is a slot; else it waits here. */
    boolean admits(Claim claim) {
        Share share = claim.share();
        if (share == null) {
            return true;
        }
        Line line = lines.computeIfAbsent(share.id(), id -> new Line());
        if (line.through < share.permits()) {
            line.through++;
            return true;
        }
        line.behind.add(claim);
        return false;
    }

    /** One that was let through has ended, or is given back; answers who takes its permit. */
    @Nullable
    Claim free(Claim claim) {
        Share share = claim.share();
        Line line = share == null ? null : lines.get(share.id());
        if (share == null || line == null) {
            return null;
        }
        line.lastMove = System.nanoTime();
        Claim next = line.behind.poll();
        if (next == null && --line.through == 0) {
            lines.remove(share.id());
        }
        return next;
    }

    /** Takes a claim out that waits here; null if it does not. */
    @Nullable
    Claim remove(RunId run) {
        for (Line line : lines.values()) {
            for (Iterator<Claim> claims = line.behind.iterator(); claims.hasNext(); ) {
                Claim claim = claims.next();
                if (claim.run().equals(run)) {
                    claims.remove();
                    return claim;
                }
            }
        }
        return null;
    }

    boolean anyBehind() {
        return lines.values().stream().anyMatch(line -> !line.behind.isEmpty());
    }

    /** Takes out those behind whom nothing has moved for so long. */
    List<Claim> stale(long nanos) {
        long now = System.nanoTime();
        List<Claim> all = new ArrayList<>();
        for (Line line : lines.values()) {
            if (now - line.lastMove >= nanos) {
                all.addAll(line.behind);
                line.behind.clear();
            }
        }
        return all;
    }
}
