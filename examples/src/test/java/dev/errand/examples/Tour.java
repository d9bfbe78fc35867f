package dev.errand.examples;

/** The examples of the pages in one process, one after another. */
final class Tour {
    private Tour() {}

    public static void main(String[] arguments) throws InterruptedException {
        FairShares.main(arguments);
        Hooked.main(arguments);
        Ticking.main(arguments);
        OnlyOnce.main(arguments);
        Album.main(arguments);
        Checked.main(arguments);
    }
}
