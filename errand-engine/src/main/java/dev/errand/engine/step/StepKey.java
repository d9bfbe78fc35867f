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

    /** What it is the key of; names of each kind are counted for themselves. */
    enum Kind {
        NAME("name:"),
        KEY("key:"),
        WAIT("wait:"),
        /** Children that the body waits for. */
        CHILD("child:"),
        /** A token that it waits for; by the token's id. */
        TOKEN("token:"),
        /** A run that it triggers besides. */
        SPAWN("spawn:"),
        /** A try of a step that failed, and that another follows. */
        TRY("try:"),
        /** A step of a hook at the start of an attempt. */
        START("start:");

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

    static StepKey child(String name, int occurrence) {
        return new StepKey(name, occurrence, Kind.CHILD);
    }

    static StepKey token(TokenId id) {
        return new StepKey(id.toString(), 1, Kind.TOKEN);
    }

    static StepKey spawn(String text, int occurrence) {
        return new StepKey(text, occurrence, Kind.SPAWN);
    }

    /** @param step the key of the step as it is stored, and in which attempt it was tried */
    static StepKey tried(String step, int attempt, int number) {
        return new StepKey(step + "@" + attempt, number, Kind.TRY);
    }

    /** As it is stored. */
    String stored() {
        return kind.mark + (kind == Kind.KEY ? text : text + "#" + occurrence);
    }

    /** Whether what is stored is a name, which an attempt asks for but once. */
    static boolean isNamed(String stored) {
        return stored.startsWith(Kind.NAME.mark);
    }

    /** Whether what is stored is a run that was triggered, for which an attempt asks but once, too. */
    static boolean isSpawn(String stored) {
        return stored.startsWith(Kind.SPAWN.mark);
    }

    /** What was stored; null if it is none of ours, as of a newer version. */
    static @Nullable StepKey read(String stored) {
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
