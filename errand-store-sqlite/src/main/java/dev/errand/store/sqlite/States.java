package dev.errand.store.sqlite;

import dev.errand.RunState;

/** States as they are stored. The numbers also stand in statements and in the predicates of indexes: never change them. */
final class States {
    static final int DELAYED = 0;
    static final int QUEUED = 1;
    static final int EXECUTING = 2;
    static final int RETRYING = 3;

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

    static RunState of(int number) {
        return BY_NUMBER[number];
    }

    static int number(RunState state) {
        return switch (state) {
            case DELAYED -> DELAYED;
            case QUEUED -> QUEUED;
            case EXECUTING -> EXECUTING;
            case RETRYING -> RETRYING;
            case WAITING -> 4;
            case COMPLETED -> 5;
            case FAILED -> 6;
            case CANCELED -> 7;
            case TIMED_OUT -> 8;
            case EXPIRED -> 9;
            case CRASHED -> 10;
        };
    }
}
