package dev.errand;

import java.util.List;

/**
 * The tasks of an application, for programs that execute runs of them without knowing it: {@code errand serve --jar shop.jar}. A jar names its providers
 * as {@link java.util.ServiceLoader} has it, a class a line in {@code META-INF/services/dev.errand.TaskProvider}.
 *
 * <pre>{@code
 * public final class ShopTasks implements TaskProvider {
 *     public List<Task<?, ?>> tasks() {
 *         return List.of(GREET, SHIP);
 *     }
 * }
 * }</pre>
 *
 * <p>Providers are public classes with a public constructor without parameters.
 */
@FunctionalInterface
public interface TaskProvider {
    /**
     * All tasks that it has. Called once, before the engine opens; what they need beside it, such as a connection pool, may be made here.
     *
     * @throws RuntimeException if they cannot be made: nothing is opened then, and the message is shown
     */
    List<Task<?, ?>> tasks();
}
