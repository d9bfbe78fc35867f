package dev.errand.engine.step;

import dev.errand.BranchBody;
import dev.errand.store.Report;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Branches at work, each on a thread of its own, until all have ended or wait; of one call, and of the thread that made it.
 *
 * <pre>
 *   a  ──────► done
 *   b  ────► waits until noon ┄┄┄┐ unwound
 *   c  ───────────► waits for a token ┄┄┐ unwound: nobody is at work any more
 *                                       └─► the body is unwound, until noon or the token, whichever comes first
 * </pre>
 *
 * <p>A branch that waits is unwound at once, as a body is, and what it waits for is kept at once. If its time comes while others are at
 * work, or what else it waits for, its code is called again right here. One that fails has the others interrupted, and what they wait for is
 * of no interest any more.
 */
final class Fork {
    /** Does something with what a branch has come to, on its thread. */
    interface Keeping {
        void keep(@Nullable Object value) throws Exception;
    }

    /** How often it is looked whether a branch may go on, if the clock is not what it seems; no store is asked. */
    private static final long LOOK_MILLIS = 200;

    /** How often the store is asked for what else branches wait for. */
    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final class Prong {
        private final Supplier<Place> place;
        private final BranchBody<?> body;
        private final Keeping keeping;
        private volatile @Nullable Thread thread;
        private volatile @Nullable Suspension waits;
        private volatile @Nullable Throwable error;
        private boolean keeps;
        /** The same as what it waits for, once the thread that waits for the branches has heard. */
        private @Nullable Suspension heard;

        private Prong(Supplier<Place> place, BranchBody<?> body, Keeping keeping) {
            this.place = place;
            this.body = body;
            this.keeping = keeping;
        }

        /** It is done, and is not interrupted any more: what is on its way to the store is kept, and so it counts. */
        private void keep(@Nullable Object value) throws Exception {
            synchronized (this) {
                keeps = true;
                boolean unused = Thread.interrupted();
            }
            keeping.keep(value);
        }

        private synchronized void interrupt() {
            Thread one = thread;
            if (!keeps && one != null && one.isAlive()) {
                one.interrupt();
            }
        }
    }

    private final String key;
    private final boolean race;
    private final Waits waits;
    private final Places places;
    private final BodyParts parts;
    private final List<Prong> prongs = new ArrayList<>();
    private final BlockingQueue<Prong> ended = new LinkedBlockingQueue<>();
    private long asked = System.nanoTime();
    private int atWork;
    private int done;
    private boolean stopping;
    private @Nullable Throwable thrown;
    private @Nullable InterruptedException interrupted;

    /**
     * Nothing is at work yet.
     *
     * @param key what the body waits for if they wait
     * @param race whether all end when the first is done
     */
    Fork(String key, boolean race, Waits waits, Places places, BodyParts parts) {
        this.key = key;
        this.race = race;
        this.waits = waits;
        this.places = places;
        this.parts = parts;
    }

    /** @param place made anew whenever the code is called */
    void add(Supplier<Place> place, BranchBody<?> body, Keeping keeping) {
        prongs.add(new Prong(place, body, keeping));
    }

    /** Returns when all are done, or in a race the first, and the others have ended. */
    void join() throws Exception {
        places.parted(true);
        try {
            work();
        } finally {
            places.parted(false);
        }
        conclude();
    }

    private void work() {
        prongs.forEach(this::start);
        while (true) {
            startThoseDue();
            if (atWork == 0) {
                return;
            }
            Prong next = await();
            if (next != null) {
                atWork--;
                settle(next);
            }
        }
    }

    // ── on their threads

    private void start(Prong prong) {
        Place place = prong.place.get();
        prong.waits = null;
        prong.heard = null;
        atWork++;
        prong.thread = parts.start(() -> call(prong, place));
    }

    private void call(Prong prong, Place place) {
        places.begin(place);
        try {
            Object value = prong.body.run();
            if (place.suspension() == null) { // else it has swallowed that
                prong.keep(value);
            }
        } catch (Throwable error) { // code of users may throw anything
            prong.error = place.suspension() == null ? error : null;
        } finally {
            prong.waits = place.suspension();
            place.ends();
            try {
                parts.ended(place);
            } finally {
                ended.add(prong);
            }
        }
    }

    // ── on the thread that waits for them

    private void startThoseDue() {
        if (stopping) {
            return;
        }
        Instant now = waits.now();
        boolean asks = atWork > 0 && System.nanoTime() - asked >= ASK_NANOS; // else the store is told of the wait
        for (Prong prong : prongs) {
            Suspension suspension = prong.heard;
            if (suspension != null && (isDue(suspension, now) || (asks && isThere(suspension)))) {
                parts.again(Paths.in(prong.place.get().path()));
                start(prong);
            }
        }
        if (asks) {
            asked = System.nanoTime();
        }
    }

    private static boolean isDue(Suspension suspension, Instant now) {
        Instant due = suspension.until();
        return due != null && !now.isBefore(due);
    }

    private boolean isThere(Suspension suspension) {
        Report.Awaits awaits = suspension.awaits();
        return awaits != null && waits.isThere(awaits);
    }

    /** The next that has ended; null if it is to be looked what else there is to do. */
    private @Nullable Prong await() {
        try {
            return stopping || waiting().findAny().isEmpty()
                    ? ended.take()
                    : ended.poll(untilLook(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) { // by who wants the attempt to end
            interrupted = interrupted == null ? e : interrupted;
            stop();
            return null;
        }
    }

    private long untilLook() {
        Instant due = earliest();
        return due == null
                ? LOOK_MILLIS
                : Math.clamp(Duration.between(waits.now(), due).toMillis(), 1, LOOK_MILLIS);
    }

    private void stop() {
        stopping = true;
        for (Prong prong : prongs) {
            prong.interrupt();
        }
    }

    private void settle(Prong prong) {
        Throwable error = prong.error;
        if (error != null) {
            failed(error);
        } else if (prong.waits != null) {
            prong.heard = prong.waits;
        } else {
            done++;
            if (race) {
                stop();
            }
        }
    }

    private void failed(Throwable error) {
        boolean told = stopping && error instanceof InterruptedException;
        Throwable first = thrown == null ? interrupted : thrown;
        if (first == null && !told) {
            thrown = error;
            stop();
        } else if (first != null && !told && !first.equals(error)) {
            first.addSuppressed(error);
        }
    }

    private void conclude() throws Exception {
        boolean decided = race && done > 0;
        if (interrupted != null && (decided || thrown != null)) {
            Thread.currentThread().interrupt();
        }
        if (decided) {
            return;
        }
        switch (thrown) {
            case null -> {}
            case Error error -> throw error;
            case Exception exception -> throw exception;
            default -> throw new UndeclaredThrowableException(thrown);
        }
        if (interrupted != null) {
            throw interrupted;
        }
        List<Suspension> waiting = waiting().toList();
        if (!waiting.isEmpty()) {
            waits.requireMayWait("Branches were not waited for");
            throw waits.suspended(key, List.of(), earliest(), awaited(waiting));
        }
    }

    private Stream<Suspension> waiting() {
        return prongs.stream().map(prong -> prong.heard).filter(Objects::nonNull);
    }

    private @Nullable Instant earliest() {
        return waiting()
                .map(Suspension::until)
                .filter(Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** What ends the wait of one of them, besides a time. Who waits alone for others may wait for all of those. */
    private static Report.@Nullable Awaits awaited(List<Suspension> waiting) {
        List<Report.Awaits> all = waiting.stream()
                .map(Suspension::awaits)
                .filter(Objects::nonNull)
                .toList();
        if (all.size() < 2) {
            return all.isEmpty() ? null : all.getFirst();
        }
        return new Report.Awaits(
                all.stream().flatMap(each -> each.runs().stream()).distinct().toList(),
                all.stream().flatMap(each -> each.tokens().stream()).distinct().toList(),
                all.stream().flatMap(each -> each.values().stream()).distinct().toList(),
                all.stream().flatMap(each -> each.watched().stream()).distinct().toList(),
                true);
    }
}
