package dev.errand.store.format;

import dev.errand.RunState;

/** States as they are stored. The numbers also stand in statements and in the predicates of indexes: never change them. */
public final class States {
    public static final int DELAYED = 0;
    public static final int QUEUED = 1;
    public static final int EXECUTING = 2;
    public static final int RETRYING = 3;
    public static final int WAITING = 4;

    private static final RunState[] BY_NUMBER = {
        RunState.DELAYED,
        RunState.QUEUED,
        RunState.EXECUTING,
        RunState.RETRYING,
        RunState.WAITING,
        RunState.COMPLETED,
        RunState.FAILED,
        RunState.CANCELED,
        RunState.TIMED_OUT,
        RunState.EXPIRED,
        RunState.CRASHED
    };

    private States() {}

    public static RunState of(int number) {
        return BY_NUMBER[number];
    }

    public static int number(RunState state) {
        return switch (state) {
            case DELAYED -> DELAYED;
            case QUEUED -> QUEUED;
            case EXECUTING -> EXECUTING;
            case RETRYING -> RETRYING;
            case WAITING -> WAITING;
            case COMPLETED -> 5;
            case FAILED -> 6;
            case CANCELED -> 7;
            case TIMED_OUT -> 8;
            case EXPIRED -> 9;
            case CRASHED -> 10;
        };
    }
}
