package dev.errand.engine.value;

import dev.errand.Page;
import dev.errand.RunInfo;
import dev.errand.StepBody;
import dev.errand.Value;
import dev.errand.ValueInfo;
import dev.errand.engine.json.Codec;
import dev.errand.store.Mailbox;
import dev.errand.store.ValueStore;
import java.lang.reflect.Type;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The durable values of a store, for those who ask this engine. */
public final class Values implements AutoCloseable {
    private static final int LONGEST_NAME = 256;
    private static final int LARGEST_PAGE = 1_000;

    private final ValueStore store;
    private final Codec codec;
    private final Watches watches;

    @SuppressWarnings("ThreadLocalUsage") // of one engine, and nothing is left in it when a transaction ends
    private final ThreadLocal<@Nullable String> transaction = new ThreadLocal<>();

    /**
     * Asks nothing of the store until somebody wants a value.
     *
     * @param join makes this process a node if it is none, so that it hears of what others change
     */
    public Values(ValueStore store, Codec codec, Runnable join) {
        this.store = store;
        this.codec = codec;
        this.watches = new Watches(store, join);
    }

    /** See {@link dev.errand.Errand#value}. */
    public <T> Value<T> value(String name, Type type) {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a value's name has 1 to %d characters and no NUL, this one %d"
                    .formatted(LONGEST_NAME, name.length()));
        }
        if (name.charAt(0) < Mailbox.END.charAt(0)) {
            throw new IllegalArgumentException("a value's name does not begin with the control character U+0001");
        }
        return new StoredValue<>(this, name, type);
    }

    /** See {@link dev.errand.Errand#values}. */
    public Page<ValueInfo> list(String after, int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new IllegalArgumentException("limit is " + limit + "; a page has 1 to 1000 values");
        }
        String from = after.compareTo(Mailbox.END) < 0 ? Mailbox.END : after; // before that are none of users'
        List<ValueInfo> found = store.list(from, limit + 1);
        List<ValueInfo> page = found.subList(0, Math.min(limit, found.size()));
        return new Page<>(page, found.size() > limit ? page.getLast().name() : null);
    }

    /**
     * Has a condition look, and notes which values it reads for that.
     *
     * @param patience by which they are read
     */
    public <T, X extends Exception> Reads.Observed<T> observe(Reads.Patience patience, StepBody<T, X> condition)
            throws X {
        return Reads.<T, X>of(this, patience, condition);
    }

    /** A run at which somebody looks by a handle of it: a condition perhaps, which waits for its end then. */
    public RunInfo look(Supplier<RunInfo> run) {
        RunInfo info = Reads.ask(this, run);
        Reads.note(this, info);
        return info;
    }

    /** Calls the code of a body's transaction, in which its thread changes values as a part of that or not at all. */
    public <T extends @Nullable Object, X extends Exception> T inTransaction(String name, StepBody<T, X> code)
            throws X {
        transaction.set(name);
        try {
            return code.run();
        } finally {
            transaction.remove();
        }
    }

    /** Refuses a change that would be committed by itself, though the calling thread is in a transaction of its body's. */
    void refuseApart(String value) {
        String name = transaction.get();
        if (name != null) {
            throw new IllegalStateException(
                    "Value '%s' was not changed: transaction '%s' is under way, and this would be no part of it. Change it by update(tx.connection(), …), or after the transaction"
                            .formatted(value, name));
        }
    }

    /** Values may have changed; any thread, returns at once. */
    public void noticed() {
        watches.notice();
    }

    ValueStore store() {
        return store;
    }

    Codec codec() {
        return codec;
    }

    Watches watches() {
        return watches;
    }

    @Override
    public void close() {
        watches.close();
    }
}
