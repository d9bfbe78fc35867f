package dev.errand.spi;

import dev.errand.Task;

/** Finds tasks again in another process of the same program. */
public interface TaskFinder {
    /**
     * The task, as this process has it.
     *
     * @param text of its {@link TaskPlace}
     * @param id as it was registered
     * @throws Exception if it is not there; the message says why
     */
    Task<?, ?> find(String text, String id) throws Exception;

    /**
     * Called where the task is registered.
     *
     * @throws IllegalArgumentException if another process would not find the same code; the message says what to do
     */
    default void check(String text, Task<?, ?> task) {}
}
