package dev.errand.engine.step;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was kept of a run when its attempt read it, and what its body has not asked for since: where the body has not come yet, though an earlier
 * one has. Tries of a step are asked for with it, what is in a loop or in branches with those. Guarded by whoever has it.
 *
 * <p>Not all that nobody asks for lies ahead: what a body called that has changed since, or a hook after it, does not come again. Nobody can
 * tell; so it counts as ahead.
 */
final class Unasked {
    private final Set<String> keys = new HashSet<>();
    private final Set<String> entered = new HashSet<>();
    private boolean looped;

    /** It is kept, as the store says. */
    void add(String stored) {
        StepKey key = StepKey.read(stored);
        if (!stored.equals(StepKey.BOOKMARK)
                && (key == null || (key.kind() != StepKey.Kind.START && key.kind() != StepKey.Kind.MARK))) {
            keys.add(evidence(stored, key));
        }
    }

    /** The body asks for this. */
    void asked(String stored) {
        if (keys.isEmpty()) {
            return;
        }
        StepKey key = StepKey.read(stored);
        keys.remove(evidence(stored, key));
        if (key != null) {
            enter(Paths.path(stored), key);
        }
    }

    /** What is kept there makes room for something else. */
    void remove(String stored) {
        keys.remove(evidence(stored, StepKey.read(stored)));
    }

    private void enter(String path, StepKey key) {
        String container = container(key);
        if (container != null) {
            entered.add(Paths.key(path, container));
            looped |= key.kind() == StepKey.Kind.LOOP;
        }
    }

    /** As what a loop is known of which this is kept, or branches; null if it is of neither. */
    private static @Nullable String container(StepKey key) {
        return switch (key.kind()) {
            case LOOP -> Paths.loop(Paths.escaped(key.text()));
            case FORK -> Paths.fork(Paths.escaped(key.text()), key.occurrence());
            case BRANCH -> Paths.fork(Paths.forkOf(key.text()), key.occurrence());
            default -> null;
        };
    }

    /** Whether one of two that are kept is of a loop, of a race, or of a branch, and the other is in there. */
    static boolean isAround(String outer, String inner) {
        StepKey key = StepKey.read(outer);
        String place = Paths.path(outer);
        String path = Paths.path(inner);
        if (key == null || path.equals(place) || !Paths.isWithin(path, place)) {
            return false;
        }
        if (key.kind() == StepKey.Kind.BRANCH) {
            return Paths.isWithin(path, Paths.branch(place, key.text(), key.occurrence()));
        }
        String container = container(key);
        return container != null && container.equals(Paths.container(path, place));
    }

    /** A try is one of its step. */
    private static String evidence(String stored, @Nullable StepKey key) {
        if (key == null || key.kind() != StepKey.Kind.TRY) {
            return stored;
        }
        int attempt = key.text().lastIndexOf('@');
        return Paths.key(
                Paths.path(stored), attempt < 0 ? key.text() : key.text().substring(0, attempt));
    }

    /** What is kept of a mark in a place: whether nothing is ahead there, or in what this is around and has not been entered. */
    byte[] answer(String place) {
        boolean ahead = keys.stream().anyMatch(key -> isAhead(key, place));
        return Boolean.toString(!ahead).getBytes(StandardCharsets.US_ASCII);
    }

    private boolean isAhead(String stored, String place) {
        String path = Paths.path(stored);
        StepKey key = StepKey.read(stored);
        if (isShared(key) && path.equals(Paths.iterationOf(place))) {
            return true; // of whichever branch
        }
        if (!Paths.isWithin(path, place)) {
            return false;
        }
        if (key != null && (key.kind() == StepKey.Kind.ONCE || key.kind() == StepKey.Kind.CHANGES)) {
            return !looped; // they are the loop's, wherever in it
        }
        String container = path.equals(place) ? key == null ? null : container(key) : Paths.container(path, place);
        return container == null || !entered.contains(Paths.key(place, container));
    }

    /** Whether all branches of an iteration have one of it. */
    private static boolean isShared(@Nullable StepKey key) {
        return key != null && (key.kind() == StepKey.Kind.KEY || key.kind() == StepKey.Kind.TOKEN);
    }
}
