package dev.errand.server.realtime;

import dev.errand.RunId;
import dev.errand.server.wire.ElectricRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which runs somebody has, and a digest of each as he has it.
 *
 * @param digests not to be changed
 */
record Seen(Map<RunId, Long> digests) {
    /** What its number is below: clients keep it as a number of digits. */
    private static final long MODULUS = 1_000_000_000_000_000_000L;

    /** The runs as they are now. */
    static Seen of(Shape shape, Set<String> skipped) {
        Map<RunId, Long> digests = new HashMap<>();
        shape.read(run -> digests.put(run.id(), ElectricRow.of(run, skipped).digest()));
        return new Seen(digests);
    }

    int size() {
        return digests.size();
    }

    boolean has(RunId run) {
        return digests.containsKey(run);
    }

    /** By which a client says all that he has: the same for the same runs as they were, on every server. */
    long fingerprint() {
        long sum = 0;
        for (long digest : digests.values()) {
            sum += digest;
        }
        return Math.floorMod(sum, MODULUS);
    }

    /** The runs that are not in another, or are otherwise there. */
    List<RunId> beyond(Seen other) {
        return digests.entrySet().stream()
                .filter(run -> !run.getValue().equals(other.digests.get(run.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }
}
