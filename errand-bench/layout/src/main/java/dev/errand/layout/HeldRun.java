package dev.errand.layout;

import dev.errand.RunId;

/** A claimed run, and the row it was claimed with. */
record HeldRun(RunId id, int number, Hold hold) {
    /** One that has its row for itself. */
    static HeldRun alone(Hold hold, byte[] payload) {
        hold.outstanding = 1;
        return new HeldRun(hold.first, NewRun.number(payload), hold);
    }
}
