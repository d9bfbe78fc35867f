package dev.errand.layout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The chunks whose rows fence ends: those of which a last run ends go, the others stay. */
final class Fences {
    record Fence(Hold hold, int number) {}

    /** An end, and the number of the chunk that fences it. */
    record End(HeldRun run, int fence) {}

    final List<Fence> gone = new ArrayList<>();
    final List<Fence> kept = new ArrayList<>();
    final List<End> ends = new ArrayList<>();

    /** Of runs that are not counted as outstanding any more. */
    static Fences of(List<HeldRun> runs) {
        Fences fences = new Fences();
        Map<Hold, Integer> numbers = new LinkedHashMap<>();
        for (HeldRun run : runs) {
            int number = numbers.computeIfAbsent(run.hold(), _ -> numbers.size());
            fences.ends.add(new End(run, number));
        }
        numbers.forEach(
                (hold, number) -> (hold.outstanding == 0 ? fences.gone : fences.kept).add(new Fence(hold, number)));
        return fences;
    }

    /** Each chunk must have been found as it was claimed. */
    void check(long found) {
        if (found != gone.size() + kept.size()) {
            throw new IllegalStateException("%d of %d chunks were not under their claims any more"
                    .formatted(gone.size() + kept.size() - found, gone.size() + kept.size()));
        }
    }
}
