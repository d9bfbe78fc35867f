package dev.errand.chaos;

/** How much the chaos tests do: enough to see that all is well, or the whole numbers of {@code ./check --full}. */
final class Effort {
    private static final int KILLS = Integer.getInteger("errand.kills", 5);

    private Effort() {}

    static int kills() {
        return KILLS;
    }

    static boolean full() {
        return KILLS >= 100;
    }
}
