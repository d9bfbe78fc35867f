package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.KeyStore.Stored;
import dev.errand.store.KeyedRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Triggers with keys take turns at the desk, and who has the turn takes along those that wait: they share a transaction, whose commit is what
 * costs. If that comes to nothing, since one of them is refused or somebody holds the lock of a key, each is stored in its own turn, alone.
 */
final class KeyedTurns {
    /** With three keys each they are fewer than those for which {@link KeyLocks} has whole tasks alone. */
    private static final int MOST_RUNS = 150;

    /** Somebody's runs. Read and written by who has the turn. */
    private static final class Wish {
        final List<KeyedRun> runs;
        boolean repeated;
        boolean alone;

        @Nullable
        List<Stored> answer;

        /** @param repeated whether they may be stored already: what came to nothing before is not to keep others from it */
        Wish(List<KeyedRun> runs, boolean repeated) {
            this.runs = runs;
            this.repeated = repeated;
            this.alone = repeated;
        }
    }

    private final Desk desk;
    private final Queue<Wish> waiting = new ConcurrentLinkedQueue<>();

    KeyedTurns(Desk desk) {
        this.desk = desk;
    }

    /**
     * Stores them, unless somebody else has one of the locks.
     *
     * @param repeated whether they may be stored already
     * @return null if so; then nothing is written
     */
    @Nullable
    List<Stored> tryEnqueue(List<KeyedRun> runs, boolean repeated) {
        Wish wish = new Wish(runs, repeated);
        if (!wish.alone) {
            waiting.add(wish);
        }
        return desk.inTurn(() -> {
            if (wish.answer == null) {
                serve(wish);
            }
            return wish.answer;
        });
    }

    private void serve(Wish wish) {
        List<Wish> together = taken(wish);
        try {
            store(together);
        } catch (RuntimeException e) {
            together.forEach(each -> each.repeated = true); // of whatever came of it nobody knows
            if (together.size() == 1 || (e instanceof StoreException lost && PostgresErrors.isOutage(lost))) {
                throw e;
            }
        }
        if (wish.answer == null && together.size() > 1) {
            together.forEach(each -> each.alone = true);
            store(List.of(wish));
        }
    }

    /** The wish, and those that wait behind it. They stand in line for their turn nevertheless. */
    private List<Wish> taken(Wish wish) {
        waiting.remove(wish);
        List<Wish> together = new ArrayList<>(List.of(wish));
        int runs = wish.runs.size();
        Wish next = wish.alone ? null : waiting.peek();
        while (next != null && runs + next.runs.size() <= MOST_RUNS) {
            waiting.remove(next);
            together.add(next);
            runs += next.runs.size();
            next = waiting.peek();
        }
        return together;
    }

    private void store(List<Wish> together) {
        List<KeyedRun> runs =
                together.stream().flatMap(wish -> wish.runs.stream()).toList();
        boolean repeated = together.stream().anyMatch(wish -> wish.repeated);
        List<Stored> stored = desk.transact(tx -> new KeyedEnqueueing(tx).tryEnqueue(runs, repeated));
        if (stored != null) {
            int from = 0;
            for (Wish wish : together) {
                wish.answer = stored.subList(from, from + wish.runs.size());
                from += wish.runs.size();
            }
        }
    }
}
