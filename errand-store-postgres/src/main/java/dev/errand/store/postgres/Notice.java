package dev.errand.store.postgres;

/** What processes tell each other, as a letter in a notification's payload. */
enum Notice {
    /** Something may be claimable, at the end of a line. */
    WORK('w'),
    /** Something may be claimable, anywhere in a line: it has a head start, or has been there before. */
    OLD_WORK('o'),
    /** Something that counted for a limit counts no more. */
    PERMITS('p'),
    /** There are new events. */
    EVENTS('e'),
    /** A node is asked for something: a cancel, another concurrency, a due time that may be the nearest. */
    REQUESTS('r'),
    /** Tasks were declared or removed. */
    TASKS('t'),
    /** A node came or went. */
    NODES('n'),
    /** A transaction of a user's left changes that are not in the log yet. */
    UNTOLD('u'),
    /** Somebody left the line before a lock in which others stand. */
    LOCKS('l'),
    /** Something has happened that somebody awaits. Also stands in a migration. */
    AWAITED('a'),
    /** Values were changed. */
    VALUES('v'),
    /** Somebody began to wait for what may have happened before, which this process looks after: never told to others. */
    BEGUN('b');

    private final char letter;

    Notice(char letter) {
        this.letter = letter;
    }

    char letter() {
        return letter;
    }
}
