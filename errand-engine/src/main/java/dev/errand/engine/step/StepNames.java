package dev.errand.engine.step;

/** What steps may be named. */
final class StepNames {
    /** What names of the engine's own steps begin with. */
    static final String OWN = "run.";

    /** And those of marks. */
    static final String MARK = OWN + "changed:";

    private static final int LONGEST = 256;
    private static final int LONGEST_MARK = 200;

    private StepNames() {}

    static void require(String name) {
        if (name.isBlank() || name.length() > LONGEST || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a step's name has 1 to %d characters and no NUL, this one %d".formatted(LONGEST, name.length()));
        }
    }

    static void requireMark(String name) {
        if (name.isBlank() || name.length() > LONGEST_MARK || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a mark's name has 1 to %d characters and no NUL, this one %d"
                    .formatted(LONGEST_MARK, name.length()));
        }
    }

    static void refuseOwn(String name) {
        if (name.startsWith(OWN)) {
            throw new IllegalArgumentException(
                    "a step's name does not begin with '%s', as this one does: '%s'".formatted(OWN, name));
        }
    }
}
