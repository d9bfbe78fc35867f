package dev.errand.engine.step;

import org.jspecify.annotations.Nullable;

/**
 * What a step or a wait is told from others by, within its run: its name and the how many-th of that name it is, or a key that the body
 * gave.
 *
 * @param text a name or a key, as the body wrote it
 * @param occurrence from 1; 0 for a key
 * @param waits whether it is a wait
 */
record StepKey(String text, int occurrence, boolean waits) {
    /** What a {@link Bookmark} is kept under, which is no step. */
    static final String BOOKMARK = "bookmark";

    private static final String NAME = "name:";
    private static final String KEY = "key:";
    private static final String WAIT = "wait:";

    static StepKey named(String name, int occurrence) {
        return new StepKey(name, occurrence, false);
    }

    static StepKey keyed(String key) {
        return new StepKey(key, 0, false);
    }

    static StepKey waiting(String name, int occurrence) {
        return new StepKey(name, occurrence, true);
    }

    /** As it is stored. */
    String stored() {
        return occurrence == 0 ? KEY + text : (waits ? WAIT : NAME) + text + "#" + occurrence;
    }

    /** Whether what is stored is a name, which an attempt asks for but once. */
    static boolean isNamed(String stored) {
        return stored.startsWith(NAME);
    }

    /** What was stored; null if it is none of ours, as of a newer version. */
    static @Nullable StepKey read(String stored) {
        if (stored.startsWith(KEY)) {
            return keyed(stored.substring(KEY.length()));
        }
        int mark = stored.lastIndexOf('#');
        boolean waits = stored.startsWith(WAIT);
        boolean named = waits || stored.startsWith(NAME);
        if (!named || !stored.substring(mark + 1).matches("[1-9]\\d{0,8}")) {
            return null;
        }
        String name = stored.substring((waits ? WAIT : NAME).length(), mark);
        return new StepKey(name, Integer.parseInt(stored.substring(mark + 1)), waits);
    }
}
