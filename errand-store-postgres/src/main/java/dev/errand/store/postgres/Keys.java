package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.KeyHash;
import dev.errand.store.KeyStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Triggers with keys, in transactions that share nothing with others. Whoever wants a key holds an advisory lock for it until its transaction
 * ends. That may be one of a user's, which stays open as long as it likes: so nobody here waits in the database, keeping a connection,
 * but tries again for some seconds. The same is done when the connection breaks: whose answer was lost finds the keys held by the very
 * runs it brings.
 */
final class Keys implements KeyStore {
    /** Answers whether the key was held; nothing if nobody ever had it. */
    private static final String RESET = """
            with gone as (
                delete from errand.trigger_key where task = ? and kind = 0 and hash = ? returning run, until
            )
            select until > ? and not exists (
                       select 1 from errand.outcome where outcome.run = gone.run and outcome.state not in (5, 7))
              from gone
            """;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private final Surroundings surroundings;
    private final Desk desk;
    private final KeyedTurns turns;
    private final UserTransactions userTransactions;

    Keys(Surroundings surroundings, Desk desk, UserTransactions userTransactions) {
        this.surroundings = surroundings;
        this.desk = desk;
        this.turns = new KeyedTurns(desk);
        this.userTransactions = userTransactions;
    }

    @Override
    public List<Stored> enqueue(List<KeyedRun> runs) {
        if (runs.isEmpty()) {
            return List.of();
        }
        List<NewRun> all = runs.stream().map(KeyedRun::run).toList();
        boolean[] again = {false};
        List<Stored> stored = untilFree(() -> {
            userTransactions.numberTasks(all);
            boolean repeated = again[0];
            again[0] = true; // whatever comes of this, some of it may be stored
            return turns.tryEnqueue(runs, repeated);
        });
        if (Conflicts.any(surroundings.tasks(), all)) {
            Untold.tellAll(desk);
        }
        return stored;
    }

    @Override
    public List<Stored> enqueue(Connection connection, List<KeyedRun> runs) throws SQLException {
        return runs.isEmpty() ? List.of() : userTransactions.enqueueKeyed(connection, runs);
    }

    @Override
    public boolean reset(String task, KeyHash key) {
        Integer number = surroundings.tasks().find(task);
        if (number == null) {
            return false;
        }
        return untilFree(() -> desk.request(tx -> KeyLocks.of(number, key).tryAll(tx.database())
                ? tx.sql(RESET)
                        .set((long) number)
                        .setObject(KeyedEnqueueing.uuid(key))
                        .set(tx.now())
                        .first(row -> row.getBoolean(1))
                        .orElse(false)
                : null));
    }

    // ── patience

    /** Tries until there is an answer: null is none, since somebody holds a key's lock. */
    private <T> T untilFree(Supplier<@Nullable T> attempt) {
        AtomicReference<@Nullable StoreException> last = new AtomicReference<>();
        return Patience.untilFree(PATIENCE, () -> tryOnce(attempt, last), () -> exhausted(last.get()));
    }

    private StoreException exhausted(@Nullable StoreException last) {
        return last != null
                ? last
                : new StoreException(
                        "A transaction has used the same key at %s and is still open after %d s; nothing was stored, trigger again once it has ended"
                                .formatted(
                                        surroundings.settings().shownUrl(), TimeUnit.NANOSECONDS.toSeconds(PATIENCE)));
    }

    /** @param last is told what kept this one from an answer, or that nothing but a lock did */
    private static <T> @Nullable T tryOnce(
            Supplier<@Nullable T> attempt, AtomicReference<@Nullable StoreException> last) {
        try {
            last.set(null);
            return attempt.get();
        } catch (StoreException e) {
            boolean stored = PostgresErrors.isDuplicate(e); // some of it, by an earlier call
            if (!stored && !PostgresErrors.isOutage(e)) {
                throw e;
            }
            last.set(e);
            return null;
        }
    }
}
