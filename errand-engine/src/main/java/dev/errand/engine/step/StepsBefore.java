package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.StepNotFoundException;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a replay from a step takes over: what is kept of the run from before that step, and is of use to another run.
 *
 * <p>Positions are in the order in which things began, as long as no loop has given them out again; with a loop their times tell. What says
 * that branches are done is of when they were.
 *
 * @param positions in the run's journal
 * @param awaited runs whose ends were awaited by what is taken over
 */
public record StepsBefore(List<Integer> positions, List<RunId> awaited) {
    /**
     * Those before a step.
     *
     * @param wanted as {@link dev.errand.Run#replayFrom} takes it
     * @throws StepNotFoundException if there is none
     */
    public static StepsBefore of(Store store, Codec codec, RunId run, String wanted) {
        StepList list = StepList.read(store, run);
        List<StepEntry> shown = list.shown();
        StepEntry from = shown.stream()
                .filter(entry -> isCalled(entry, wanted))
                .findFirst()
                .orElseThrow(() -> new StepNotFoundException(
                        run,
                        wanted,
                        shown.stream().map(StepsBefore::label).distinct().toList()));
        Comparator<StepEntry> order = order(list.latest());
        List<Integer> positions = new ArrayList<>();
        List<RunId> awaited = new ArrayList<>();
        for (StepEntry entry : list.latest()) {
            if (isOfUse(entry) && isBefore(entry, from, order)) {
                positions.add(entry.position());
                awaited.addAll(children(codec, entry));
            }
        }
        return new StepsBefore(positions, awaited.stream().distinct().toList());
    }

    // ── which step is meant

    private static boolean isCalled(StepEntry entry, String wanted) {
        StepKey key = StepKey.read(entry.key());
        if (key != null && key.kind() == StepKey.Kind.KEY && key.text().equals(wanted)) {
            return true;
        }
        String within = Paths.shown(Paths.path(entry.key()));
        String before = within == null ? "" : within + " / ";
        return Stream.of(entry.name(), counted(entry, 1))
                .anyMatch(name -> wanted.equals(name) || wanted.equals(before + name));
    }

    private static String label(StepEntry entry) {
        return counted(entry, 2);
    }

    /** Its name, and the how many-th of that name it is, if it is at least that. A try is not one of its step. */
    private static String counted(StepEntry entry, int least) {
        StepKey key = StepKey.read(entry.key());
        return key == null || key.kind() == StepKey.Kind.TRY || key.occurrence() < least
                ? entry.name()
                : entry.name() + "#" + key.occurrence();
    }

    // ── what is before it

    private static Comparator<StepEntry> order(List<StepEntry> all) {
        Comparator<StepEntry> byPosition = Comparator.comparingInt(StepEntry::position);
        return all.stream().anyMatch(StepsBefore::isOfLoop)
                ? Comparator.comparing(StepsBefore::moment).thenComparing(byPosition)
                : byPosition;
    }

    private static boolean isOfLoop(StepEntry entry) {
        return is(entry, StepKey.Kind.LOOP) || Paths.iteration(Paths.path(entry.key())) != null;
    }

    private static Instant moment(StepEntry entry) {
        Instant end = entry.endedAt();
        return end != null && saysOfBranches(entry) ? end : entry.startedAt();
    }

    private static boolean saysOfBranches(StepEntry entry) {
        return is(entry, StepKey.Kind.BRANCH) || is(entry, StepKey.Kind.FORK);
    }

    /** A loop is there before what is in it, branches are done after. */
    private static boolean isBefore(StepEntry entry, StepEntry from, Comparator<StepEntry> order) {
        boolean around = entry.position() != from.position() && Unasked.isAround(entry.key(), from.key());
        return around ? is(entry, StepKey.Kind.LOOP) : order.compare(entry, from) < 0;
    }

    /** What still waits waits for what another run does not; tries are those of an attempt. */
    private static boolean isOfUse(StepEntry entry) {
        boolean waits = StepList.isWithoutEnd(StepKey.read(entry.key())) && entry.endedAt() == null;
        return !waits && !is(entry, StepKey.Kind.TRY);
    }

    private static boolean is(StepEntry entry, StepKey.Kind kind) {
        StepKey key = StepKey.read(entry.key());
        return key != null && key.kind() == kind;
    }

    private static List<RunId> children(Codec codec, StepEntry entry) {
        byte[] json = entry.result();
        if (json == null || !is(entry, StepKey.Kind.CHILD)) {
            return List.of();
        }
        try {
            String[] ids = (String[]) Objects.requireNonNull(codec.read(json, String[].class));
            return Stream.of(ids).map(RunId::of).toList();
        } catch (UnfitException e) {
            throw new IllegalStateException(
                    "Which children '%s' were cannot be read: %s".formatted(entry.name(), e.reason()), e);
        }
    }
}
