package dev.errand.engine.step;

import dev.errand.StoreException;
import dev.errand.store.StepEntry;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Things of one name in one place, told apart by their order. What is refused keeps its number, and only who says the same again is given it
 * once more: what comes after it has the same numbers whenever the code is called again, be there room by then or not.
 *
 * <p>But whoever asked again for what was refused does not do so the next time, if he has it then; or he did not ask again, but for another
 * that says the same. So what comes after that is kept by what it says, and looked for by that where its order finds nothing. Any thread.
 */
final class Occurrences {
    private static final String IN_ORDER = "";

    private final Map<String, BitSet> taken = new HashMap<>();
    private final Map<String, Deque<One>> refused = new HashMap<>();
    private boolean askedAgain;

    /**
     * The next one.
     *
     * @param said what it says; asked only where that matters. Null if all of them say the same
     * @param before whether things may be kept of another time that the code was called
     * @param kept what is kept of one
     * @throws StoreException if that cannot be read; then it may be asked for again
     */
    One next(@Nullable Supplier<byte[]> said, boolean before, Function<One, @Nullable StepEntry> kept) {
        One again = said == null ? null : again(said);
        if (again != null) {
            return again;
        }
        One inOrder = take(IN_ORDER, kept);
        if (said == null || inOrder.before != null || !(before || isAskedAgain())) {
            return inOrder;
        }
        One bySaying = take(hash(said.get()), kept);
        if (bySaying.before != null || isAskedAgain()) {
            return bySaying;
        }
        bySaying.takeBack();
        return inOrder;
    }

    private @Nullable One again(Supplier<byte[]> said) {
        synchronized (this) {
            if (refused.isEmpty()) {
                return null;
            }
        }
        String text = hash(said.get());
        synchronized (this) {
            Deque<One> those = refused.get(text);
            if (those == null) {
                return null;
            }
            One again = those.removeFirst();
            if (those.isEmpty()) {
                refused.remove(text);
            }
            askedAgain = true;
            return again;
        }
    }

    private synchronized boolean isAskedAgain() {
        return askedAgain;
    }

    private One take(String saying, Function<One, @Nullable StepEntry> kept) {
        One one;
        synchronized (this) {
            BitSet numbers = taken.computeIfAbsent(saying, unseen -> new BitSet());
            one = new One(saying, numbers.nextClearBit(1));
            numbers.set(one.number);
        }
        try {
            one.before = kept.apply(one);
        } catch (StoreException e) {
            one.takeBack();
            throw e;
        }
        return one;
    }

    static String hash(byte[] text) {
        return HexFormat.of().toHexDigits(ByteBuffer.wrap(Sha256.of(text)).getLong());
    }

    /** Which of them it is. */
    final class One {
        private final String saying;
        private final int number;
        private @Nullable StepEntry before;
        private @Nullable String refusedAs;

        private One(String saying, int number) {
            this.saying = saying;
            this.number = number;
        }

        /** Its name among all of the place: theirs, and what it says unless it is told by its order. */
        String name(String theirs) {
            return saying.equals(IN_ORDER) ? theirs : theirs + ":" + saying;
        }

        int number() {
            return number;
        }

        /** What is kept of it; null if nothing is. */
        @Nullable
        StepEntry before() {
            return before;
        }

        /** It was not answered, and may be asked for again. */
        void takeBack() {
            synchronized (Occurrences.this) {
                if (refusedAs != null) {
                    refused.computeIfAbsent(refusedAs, unseen -> new ArrayDeque<>())
                            .addFirst(this);
                } else {
                    BitSet numbers = taken.get(saying);
                    if (numbers != null) {
                        numbers.clear(number);
                    }
                }
            }
        }

        /** It was refused, and is for who says the same. */
        void refused(byte[] said) {
            String text = hash(said);
            synchronized (Occurrences.this) {
                refusedAs = text;
            }
            takeBack();
        }
    }
}
