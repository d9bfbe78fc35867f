package dev.errand.engine.isolation;

import java.io.IOException;

/** What a frame between a node and a child process of its says. */
public enum Kind {
    // ── from the child

    /** The first: which child this is. */
    HELLO(1),
    /** It has loaded what every attempt needs. */
    READY(2),
    /** The body emitted an item: JSON. */
    ITEM(3),
    /** A line of the run's log: the level's name, a line break, the text. */
    LINE(4),
    /** How far the body is: two numbers as text. */
    PROGRESS(5),
    /** All of the run's metadata: JSON. */
    METADATA(6),
    /** The body raised an event: {@link Messages.Raised}. */
    RAISED(7),
    /** The body wants to know or do something that the node does for it: {@link Messages.Call}. */
    CALL(8),
    /** The attempt succeeded: the output as JSON. */
    RETURNED(9),
    /** The attempt failed: {@link Messages.Threw}. */
    THREW(10),
    /** The attempt stopped as it was asked to. */
    STOPPED(11),
    /** The process ends in order, but without an outcome: somebody called {@code System.exit}. */
    EXITING(12),
    /** The body calls a step: {@link Messages.StepCall}. */
    STEP(17),
    /** The code of a step has ended: {@link Messages.StepEnd}, a zero byte, the result as JSON. */
    STEP_END(18),
    /** The body published a value: {@link Messages.Published}. */
    PUBLISHED(20),

    // ── from the node

    /** What to attempt: {@link Messages.Job}, a zero byte, the payload as JSON. */
    JOB(13),
    /** The run was cancelled: tell the hooks, and stop. The reason as text. */
    CANCEL(14),
    /** Stop. */
    STOP(15),
    /** The answer to a call: {@link Messages.Answer}. */
    ANSWER(16),
    /** The answer to either message about a step: {@link Messages.StepAnswer}, a zero byte, the result as JSON. */
    STEP_ANSWER(19);

    private final byte code;

    Kind(int code) {
        this.code = (byte) code;
    }

    /** How it is written. */
    byte code() {
        return code;
    }

    static Kind of(byte code) throws IOException {
        for (Kind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IOException("no kind of frame is " + code);
    }
}
