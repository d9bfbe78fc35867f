package dev.errand.engine.step;

import dev.errand.TokenId;
import org.jspecify.annotations.Nullable;

/**
 * What a step or a wait is told from others by, within its run: its name and the how many-th of that name it is, or a key that the body
 * gave.
 *
 * @param text a name or a key, as the body wrote it
 * @param occurrence from 1; 0 for a key
 */
record StepKey(String text, int occurrence, Kind kind) {
    /** What a {@link Bookmark} is kept under, which is no step. */
    static final String BOOKMARK = "bookmark";

    /** The seed of a run's random numbers, for which it is asked again if nobody waited for the answer. */
    private static final String SEED = Kind.NAME.mark + StepNames.OWN + "seed#1";

    /** What it is the key of; names of each kind are counted for themselves. */
    enum Kind {
        NAME("name:"),
        KEY("key:"),
        WAIT("wait:"),
        /** Children that the body waits for. */
        CHILD("child:"),
        /** A token that it waits for; by the token's id. */
        TOKEN("token:"),
        /** A condition that it waits for. */
        UNTIL("until:"),
        /** A signal that it receives. */
        SIGNAL("signal:"),
        /** What it was that is to change, in the iteration before. */
        CHANGES("changes:"),
        /** A run that it triggers besides. */
        SPAWN("spawn:"),
        /** A try of a step that failed, and that another follows. */
        TRY("try:"),
        /** A step of a hook at the start of an attempt. */
        START("start:"),
        /** A step that all iterations of a loop share. */
        ONCE("once:"),
        /** A loop, with how many of its iterations have finished. */
        LOOP("loop:"),
        /** A branch that is done. */
        BRANCH("branch:"),
        /** Branches; of a race the winner. */
        FORK("fork:"),
        /** A mark where code has changed, and which way the run goes there. */
        MARK("mark:");

        private final String mark;

        Kind(String mark) {
            this.mark = mark;
        }
    }

    static StepKey named(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.NAME);
    }

    static StepKey keyed(String key) {
        return new StepKey(key, 0, Kind.KEY);
    }

    static StepKey waiting(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.WAIT);
    }

    static StepKey ofStart(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.START);
    }

    /** A step that nobody counts, as there is one; as if it were the first of its name. */
    static StepKey only(String name, boolean ofStart) {
        return ofStart ? ofStart(name, 1) : named(name, 1);
    }

    static StepKey child(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.CHILD);
    }

    static StepKey token(TokenId id) {
        return new StepKey(id.toString(), 1, Kind.TOKEN);
    }

    static StepKey until(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.UNTIL);
    }

    static StepKey signal(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.SIGNAL);
    }

    static StepKey changes(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.CHANGES);
    }

    static StepKey spawn(String text, int occurrence) {
        return new StepKey(text, occurrence, Kind.SPAWN);
    }

    static StepKey once(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.ONCE);
    }

    static StepKey loop(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.LOOP);
    }

    static StepKey branch(String text, int occurrence) {
        return new StepKey(text, occurrence, Kind.BRANCH);
    }

    static StepKey fork(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.FORK);
    }

    static StepKey mark(String name) {
        return new StepKey(name, 1, Kind.MARK);
    }

    /** @param step the key of the step as it is stored, and in which attempt it was tried */
    static StepKey tried(String step, int attempt, int number) {
        return new StepKey(step + "@" + attempt, number, Kind.TRY);
    }

    /** As it is stored. */
    String stored() {
        return kind.mark + (kind == Kind.KEY ? text : text + "#" + occurrence);
    }

    /** Whether what is stored is a name, which an attempt asks for but once; in a branch, that may be called again, it does not. */
    static boolean isNamed(String stored) {
        return isOnly(stored, Kind.NAME) && !stored.equals(SEED);
    }

    /** Whether what is stored is a run that was triggered, for which an attempt asks but once, too. */
    static boolean isSpawn(String stored) {
        return isOnly(stored, Kind.SPAWN);
    }

    static boolean isMark(String stored) {
        return Paths.inner(stored).startsWith(Kind.MARK.mark);
    }

    private static boolean isOnly(String stored, Kind kind) {
        return Paths.inner(stored).startsWith(kind.mark) && !Paths.isInBranch(Paths.path(stored));
    }

    /** What was stored, wherever in the body it is; null if it is none of ours, as of a newer version. */
    static @Nullable StepKey read(String placed) {
        String stored = Paths.inner(placed);
        for (Kind kind : Kind.values()) {
            if (stored.startsWith(kind.mark)) {
                String rest = stored.substring(kind.mark.length());
                return kind == Kind.KEY ? keyed(rest) : counted(rest, kind);
            }
        }
        return null;
    }

    private static @Nullable StepKey counted(String text, Kind kind) {
        int mark = text.lastIndexOf('#');
        return mark < 0 || !text.substring(mark + 1).matches("[1-9]\\d{0,8}")
                ? null
                : new StepKey(text.substring(0, mark), Integer.parseInt(text.substring(mark + 1)), kind);
    }
}
