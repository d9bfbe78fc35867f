package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.format.ClaimIds;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The chunks this node has claimed, by their claims' ids, as far as it remembers: what saves a look into the table. The table decides.
 */
final class Held {
    /** A row of the table. */
    record Key(long line, long position, RunId first, boolean single) {
        /** Whose runs are to start before the others'. */
        static final Comparator<Key> IN_LINE = Comparator.comparingLong(Key::position)
                .thenComparing(Key::first)
                .thenComparing(Key::single);

        Key apart(RunId run) {
            return new Key(line, position, run, true);
        }
    }

    /** A chunk, and which of its runs are still with this node. Changed by the record lane only. */
    static final class Chunk {
        final Key key;
        final long claim;
        final boolean alone;
        /** Where the row lay when it was claimed, for a look without an index; null if that is not known. */
        final @Nullable String place;
        /** Whether limits may count it. */
        volatile boolean counted;
        /** How its row says so. */
        volatile Marking marking;
        /** Those that have not left it, by the numbers of their claims: what is told twice counts once. */
        private final BitSet outstanding = new BitSet();
        /** Those that execute for longer and have a row of their own, or use the chunk's since they are alone in it. */
        final Set<RunId> started = ConcurrentHashMap.newKeySet();

        /**
         * All of its runs are to be attempted.
         *
         * @param runs how many; their claims are numbered from 0
         * @param alone whether it never held more than this run
         */
        Chunk(Key key, long claim, int runs, boolean alone) {
            this(key, claim, runs, alone, null, null);
        }

        /**
         * The same where limits may count it, and the row's place is known.
         *
         * @param marking how its row says so; null if no limits count it
         */
        Chunk(Key key, long claim, int runs, boolean alone, @Nullable Marking marking, @Nullable String place) {
            this.key = key;
            this.claim = claim;
            this.outstanding.set(0, runs);
            this.alone = alone;
            this.place = place;
            this.counted = marking != null;
            this.marking = marking == null ? Marking.NONE : marking;
        }

        int outstanding() {
            return outstanding.cardinality();
        }

        /** Whether the claim's run is still with this node, in this row or one of its own. */
        boolean holds(Claim claim) {
            return outstanding.get((int) claim.number()) || started.contains(claim.run());
        }

        /** The row that the claim's run is fenced by, as far as this node remembers. */
        Key keyOf(Claim claim) {
            return started.contains(claim.run()) && !alone ? key.apart(claim.run()) : key;
        }

        /** The run has left the row; answers whether it was there. */
        boolean less(Claim claim) {
            boolean was = outstanding.get((int) claim.number());
            outstanding.clear((int) claim.number());
            return was;
        }

        /** Undoes {@link #less}. */
        void more(Claim claim) {
            outstanding.set((int) claim.number());
        }
    }

    private final Map<Long, Chunk> chunks = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();
    private final Pace pace = new Pace();
    /** Held by who writes down what became of chunks, and by who marks them for limits: a copy of a row would miss what is marked meanwhile. */
    final Lock writing = new ReentrantLock(true);

    Pace pace() {
        return pace;
    }

    /** The first of so many new ids of claims, unique for ever: no node before had this number, and this one counts on. */
    long newClaims(long node, int many) {
        return ClaimIds.id(node, count.getAndAdd(many) + 1);
    }

    void add(Chunk chunk) {
        chunks.put(chunk.claim, chunk);
    }

    void remove(long claim) {
        chunks.remove(claim);
    }

    @Nullable
    Chunk find(long claim) {
        return chunks.get(claim);
    }

    Collection<Chunk> all() {
        return chunks.values();
    }

    void clear() {
        chunks.clear();
    }
}
