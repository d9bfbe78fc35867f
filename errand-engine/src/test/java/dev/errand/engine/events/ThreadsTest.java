package dev.errand.engine.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Work that is brought while no thread can be started. */
class ThreadsTest {
    private final AtomicInteger refusals = new AtomicInteger();
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    @AutoClose
    private final Threads threads = new Threads(work -> {
        if (refusals.getAndDecrement() > 0) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        return Thread.ofPlatform().daemon().unstarted(work);
    });

    @Test
    void itIsDoneOnceThereIsOne() throws InterruptedException {
        refusals.set(2);
        threads.execute(() -> done.add("first"));
        assertThat(done.poll(60, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(refusals).as("asked for twice in vain").hasValueLessThan(0);
    }

    @Test
    void itIsDoneWithWhatFollows() throws InterruptedException {
        refusals.set(1);
        threads.execute(() -> done.add("first"));
        threads.execute(() -> done.add("second"));
        assertThat(done.poll(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(done.poll(60, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void nothingIsDoneThatComesAfterTheEnd() {
        threads.close();
        assertThatThrownBy(() -> threads.execute(() -> done.add("late")))
                .isInstanceOf(RejectedExecutionException.class);
    }
}
