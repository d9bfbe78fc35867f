package dev.errand;

import java.sql.Connection;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A durable value under a name: it outlives all processes and is the same for all of them. A run can wait for it to be what it should be, see
 * {@link RunContext#until}.
 *
 * <pre>{@code
 * Value<Integer> balance = errand.value("balance", Integer.class);
 * balance.update(now -> (now == null ? 0 : now) + 50);
 * }</pre>
 *
 * <p>In a body, write it in a step or a transaction, so that it is not written again when the body is called again. In the code of {@link
 * RunContext#transaction(String, TransactionAction)} its engine takes only {@link #update(Connection, UnaryOperator)}: all else would not be a
 * part of that, and is refused with an {@link IllegalStateException}. Thread-safe.
 */
public interface Value<T> {
    String name();

    /**
     * What it is now; empty if there is none.
     *
     * @throws IllegalStateException if what is stored does not fit the type
     */
    Optional<T> get();

    /** The same as it is stored; of version 0 if there is none. */
    ValueInfo info();

    /**
     * Sets it, whatever it was.
     *
     * @param value not what JSON calls null
     * @throws IllegalArgumentException if it cannot be written as JSON, or has more than 64 KB
     * @throws StoreException if it may or may not have been set, as of all that change it
     */
    void set(T value);

    /**
     * Makes of what it is what it shall be, so that nobody else's change is lost: the change is called again if somebody was faster. One that
     * answers what it was given writes nothing.
     *
     * @param change given null if there is none; answers null to remove it. Its errors go up, and change nothing
     * @return what it is now
     * @throws IllegalArgumentException as {@link #set}
     * @throws IllegalStateException if what is stored does not fit the type
     */
    Optional<T> update(UnaryOperator<@Nullable T> change);

    /**
     * As {@link #update(UnaryOperator)}, within a transaction: others see the change from its commit on. Nobody else changes the value until
     * the transaction ends, so that the change is called once.
     *
     * @param connection to the store's database, with auto-commit off; as of {@link Errand#with} or {@link Transaction}
     * @throws StoreException if nothing was changed; roll the transaction back
     */
    Optional<T> update(Connection connection, UnaryOperator<@Nullable T> change);

    /** @return whether there was one */
    boolean remove();

    /**
     * Calls with what it is now, and each time it has changed, in any process: with the newest, in order; changes that follow each other at once
     * may be one call. A value that does not fit the type is logged, and not told of.
     *
     * @param executor one that refuses a call, be it that it is shut down or that it is full, or throws, ends the watch, which is logged
     * @param handler given empty if there is none; an error of its is logged, and ends nothing
     * @throws StoreException if the engine is closed
     */
    Subscription watch(Executor executor, Consumer<Optional<T>> handler);
}
