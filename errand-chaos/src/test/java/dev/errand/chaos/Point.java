package dev.errand.chaos;

/**
 * A place in the life of a run at which something may befall its process.
 *
 * @param time the how many-th time that this is done, from 1
 */
record Point(Side side, Deed deed, int time) {
    enum Side {
        /** Nothing of it is done yet. */
        BEFORE,
        /** It is done, and durable; nobody has been told. */
        AFTER
    }

    /** What is done for a run: by the store, but for the bodies. */
    enum Deed {
        /** The run is claimed. */
        CLAIM,
        /** Its journal is read, to be replayed. */
        REPLAY,
        /** That it has started is recorded. */
        START,
        /** That a step at most once begins is recorded. */
        BEGIN,
        /** The code of a step is called, and does what it does. */
        BODY,
        /** That a step ended is recorded. */
        KEEP,
        /** A transaction begins. */
        OPEN,
        /** It is committed, with its step. */
        COMMIT,
        /** A wait is registered. */
        WAIT,
        /** The slot is free: more is asked for. */
        FREE,
        /** A child is triggered, with its step. */
        SPAWN,
        /** It is asked how a child has ended. */
        LEARN,
        /** A condition reads a value. */
        LOOK,
        /** The store is told of a run at which a condition has looked. */
        WATCH,
        /** That a signal was received is recorded. */
        RECEIVE,
        /** A token is created. */
        CREATE,
        /** A run is woken whose time has come, or whose child has ended. */
        WAKE,
        /** The end of the run is recorded, or that of its child. */
        END
    }

    static Point of(String text) {
        String[] words = text.split(" ", -1);
        return new Point(Side.valueOf(words[0]), Deed.valueOf(words[1]), Integer.parseInt(words[2]));
    }

    boolean is(Side side, Deed deed) {
        return this.side == side && this.deed == deed;
    }

    @Override
    public String toString() {
        return side + " " + deed + " " + time;
    }
}
