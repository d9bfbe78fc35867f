package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.concurrent.CompletableFuture;

/** Gives the nodes more than they can do, until it is closed, for which some have to work. */
final class Feed implements AutoCloseable {
    private static final int PORTION = 500;

    private final CompletableFuture<Void> feeding;
    private volatile boolean over;

    Feed(Cluster cluster) {
        feeding = CompletableFuture.runAsync(() -> {
            while (!over) {
                cluster.drain(Collections.nCopies(PORTION, 1));
            }
        });
    }

    void assertFeeding() {
        assertThat(feeding).as("nodes were given more all the while").isNotDone();
    }

    @Override
    public void close() {
        over = true;
        feeding.join();
    }
}
