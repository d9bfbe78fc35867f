package dev.errand.compare;

import java.nio.file.Path;

/**
 * Where the engines have their turns.
 *
 * @param log where engines write what they complain about
 */
record Stage(Server server, CompareOptions options, Path log) {
    /** A process of the engine on a database that is made for it. */
    Trial enter(Contestant contestant) {
        return new Trial(this, contestant);
    }

    /** Says what is going on. */
    void say(String what) {
        System.err.println("Measuring: " + what);
    }
}
