package dev.errand.engine;

import dev.errand.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Keys that were found, for a second. The store is asked by one at a time: who shows a thousand keys that nobody knows has a thousand of his own
 * wait. Whose key was found before waits for none of these once the second is over, but only for others like himself.
 */
final class FoundKeys<K> {
    private static final long FRESH = Duration.ofSeconds(1).toNanos();
    private static final long PATIENCE_SECONDS = 5;

    private record Seen<K>(K key, long nanos) {}

    private final Map<String, Seen<K>> seen = new ConcurrentHashMap<>();
    private final ReentrantLock asking;
    private final ReentrantLock askingAgain = new ReentrantLock(true);
    private final LongSupplier nanos;

    /**
     * @param asking who asks the store for the first time has it: one lock for all kinds of keys, best a fair one
     * @param nanos a clock that is never set
     */
    FoundKeys(ReentrantLock asking, LongSupplier nanos) {
        this.asking = asking;
        this.nanos = nanos;
    }

    /** @param name by which it was asked for, as one would not want to keep a secret: its hash */
    Optional<K> find(String name, Supplier<Optional<K>> store) {
        Optional<K> fresh = fresh(name);
        if (fresh.isPresent()) {
            return fresh;
        }
        ReentrantLock turn = seen.containsKey(name) ? askingAgain : asking;
        lock(turn);
        try {
            Optional<K> meanwhile = fresh(name);
            return meanwhile.isPresent() ? meanwhile : ask(name, store);
        } finally {
            turn.unlock();
        }
    }

    private Optional<K> fresh(String name) {
        Seen<K> before = seen.get(name);
        return before != null && nanos.getAsLong() - before.nanos() < FRESH
                ? Optional.of(before.key())
                : Optional.empty();
    }

    private Optional<K> ask(String name, Supplier<Optional<K>> store) {
        long asked = nanos.getAsLong(); // one that is revoked from now on is good no longer than a second
        Optional<K> found = store.get();
        found.ifPresentOrElse(key -> seen.put(name, new Seen<>(key, asked)), () -> seen.remove(name));
        return found;
    }

    private static void lock(ReentrantLock turn) {
        try {
            if (!turn.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreException("Too many keys are looked for at a time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("The search for a key was interrupted", e);
        }
    }

    void forget(Predicate<K> which) {
        seen.values().removeIf(each -> which.test(each.key()));
    }
}
