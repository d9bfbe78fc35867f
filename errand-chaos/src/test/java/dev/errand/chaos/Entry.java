package dev.errand.chaos;

/**
 * Something that happened, as a process wrote it down at once.
 *
 * @param at by the machine's monotonic clock, which all processes share
 * @param pid of the process it happened in, or to
 * @param claim 0 if it is about none
 * @param run empty if it is about none
 * @param detail of a claim: its attempt; of a report: what it says, and the answer; of a limited body: its queue and key; otherwise
 *     empty
 */
record Entry(long at, long pid, Kind kind, long claim, String run, String detail) {
    enum Kind {
        /** The caller has been told that the run is stored. */
        TRIGGERED,
        /** The store has given the run to the process. */
        CLAIMED,
        /** The process is about to report. */
        SENT,
        RECORDED,
        LOST,
        BEGAN,
        ENDED,
        /** The body of a run under limits has begun; the detail says under which. */
        ENTERED,
        /** It has ended, in whatever way. */
        LEFT,
        /** From here on the process may be taken for dead: it is killed, frozen, cut off, or shuts down. */
        STRUCK
    }

    String line() {
        return at + "|" + pid + "|" + kind + "|" + claim + "|" + run + "|" + detail + "\n";
    }

    static Entry of(String line) {
        String[] parts = line.split("\\|", -1);
        return new Entry(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Kind.valueOf(parts[2]),
                Long.parseLong(parts[3]),
                parts[4],
                parts[5]);
    }

    boolean is(Kind other) {
        return kind == other;
    }

    /** Whether it is a report that the run has ended. */
    boolean endsRun() {
        return detail.equals("Ended");
    }

    /** Whether it is a report that ends the claim. */
    boolean endsClaim() {
        return endsRun() || detail.equals("Retried") || detail.equals("Released");
    }

    int attempt() {
        return Integer.parseInt(detail);
    }
}
