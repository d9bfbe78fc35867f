package dev.errand.engine.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.RunId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ListenerTest {
    private static final RunId RUN = RunId.next();

    private final List<Long> heard = new ArrayList<>();
    private final List<Runnable> submitted = new ArrayList<>();
    private final List<Listener> removed = new ArrayList<>();

    private static Event event(long position) {
        return new Event(position, "phase", Instant.EPOCH, RUN, "task", null, 1, 1, null, null, null);
    }

    @Test
    void eventsAreHandledInOrderByOneCallOfTheExecutor() {
        Listener listener =
                new Listener(EventFilter.all(), event -> heard.add(event.position()), submitted::add, removed::add);
        listener.offer(event(1));
        listener.offer(event(2));
        assertThat(submitted).hasSize(1);
        submitted.getFirst().run();
        listener.offer(event(3));
        assertThat(submitted).hasSize(2);
        submitted.getLast().run();
        assertThat(heard).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aHandlerThatThrowsHearsTheNextEvent() {
        Listener listener = new Listener(
                EventFilter.all(),
                event -> {
                    heard.add(event.position());
                    ListenerTest.<RuntimeException>throwSneakily(new IOException("thrown by a test"));
                },
                Runnable::run,
                removed::add);
        listener.offer(event(1));
        listener.offer(event(2));
        assertThat(heard).containsExactly(1L, 2L);
    }

    @SuppressWarnings("unchecked") // nobody casts what is thrown
    private static <X extends Exception> void throwSneakily(Exception error) throws X {
        throw (X) error;
    }

    @Test
    void aHandlerThatClosesItsSubscriptionIsNotCalledAgain() {
        AtomicReference<Listener> self = new AtomicReference<>();
        Listener listener = new Listener(
                EventFilter.all(),
                event -> {
                    heard.add(event.position());
                    self.get().close();
                },
                submitted::add,
                removed::add);
        self.set(listener);
        listener.offer(event(1));
        listener.offer(event(2));
        submitted.getFirst().run();
        listener.offer(event(3));
        assertThat(heard).containsExactly(1L);
        assertThat(removed).containsExactly(listener);
    }

    @Test
    void anExecutorWithoutThreadsEndsTheSubscriptionAndNotWhoTells() {
        Listener listener = new Listener(
                EventFilter.all(),
                event -> heard.add(event.position()),
                work -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                removed::add);
        listener.offer(event(1));
        assertThat(removed).containsExactly(listener);
    }

    @Test
    void anExecutorThatIsShutDownEndsTheSubscription() {
        Listener listener = new Listener(
                EventFilter.all(),
                event -> heard.add(event.position()),
                work -> {
                    throw new RejectedExecutionException();
                },
                removed::add);
        listener.offer(event(1));
        assertThat(removed).containsExactly(listener);
    }
}
