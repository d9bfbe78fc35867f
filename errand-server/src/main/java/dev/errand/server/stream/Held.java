package dev.errand.server.stream;

import dev.errand.server.call.Problem;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Requests that are held open: no more than there is room for, and none once the server is about to end. One thread, a virtual one, looks out for that. */
final class Held {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final BooleanSupplier ending;
    private final Semaphore room;
    private final Set<Place> places = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watched = new AtomicBoolean();

    Held(BooleanSupplier ending, int most) {
        this.ending = ending;
        this.room = new Semaphore(most);
    }

    /** That of one request, until it is closed. */
    final class Place implements AutoCloseable {
        private final Runnable letGo;

        private Place(Runnable letGo) {
            this.letGo = letGo;
        }

        @Override
        public void close() {
            if (places.remove(this)) {
                room.release();
            }
        }
    }

    /**
     * Takes a place.
     *
     * @param letGo called once the server is about to end, perhaps more than once; returns at once
     * @throws Problem 429 if there is none
     */
    Place take(Runnable letGo) {
        if (!room.tryAcquire()) {
            throw Problem.of(429, "Too many follow at a time; try again later").header("retry-after", "1");
        }
        Place place = new Place(letGo);
        places.add(place);
        if (watched.compareAndSet(false, true)) {
            Thread.ofVirtual().name("errand-http-held").start(this::watch);
        }
        return place;
    }

    boolean isEnding() {
        return ending.getAsBoolean();
    }

    private void watch() {
        try {
            do {
                watched.set(true);
                look();
                watched.set(false);
            } while (!places.isEmpty() && watched.compareAndSet(false, true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        while (!places.isEmpty()) {
            if (isEnding()) {
                places.forEach(place -> place.letGo.run());
            }
            Thread.sleep(LOOK);
        }
    }
}
