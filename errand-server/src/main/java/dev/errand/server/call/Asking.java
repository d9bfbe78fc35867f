package dev.errand.server.call;

import java.util.function.Supplier;

/**
 * Questions to the engine that it may refuse. It does so with an IllegalArgumentException, also where an argument meets a task, a clock or a
 * cursor only within: what nobody catches of that is answered as a fault of the server.
 */
public final class Asking {
    private Asking() {}

    /**
     * {@code orMalformed("delay", () -> run.reschedule(due))}.
     *
     * @throws Problem 400 about that parameter, with what the engine says
     */
    public static <T> T orMalformed(String param, Supplier<T> question) {
        try {
            return question.get();
        } catch (IllegalArgumentException e) {
            throw Problem.malformed(param, e);
        }
    }

    /**
     * {@code orImpossible("options", () -> errand.trigger(task, payload, options))}.
     *
     * @throws Problem 422 about that parameter, with what the engine says
     */
    public static <T> T orImpossible(String param, Supplier<T> question) {
        try {
            return question.get();
        } catch (IllegalArgumentException e) {
            throw Problem.impossible(param, e);
        }
    }
}
