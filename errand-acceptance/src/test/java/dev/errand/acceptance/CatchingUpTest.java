package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Subscription;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Listeners who were overtaken, or left out, and are where the others are again. */
class CatchingUpTest {
    private static final EventFilter DONE = EventFilter.named("done");

    private final Gate gate = new Gate();
    private final Task<Integer, ?> raises = Task.named("raises", Integer.class).run((times, run) -> {
        for (int n = 1; n <= times; n++) {
            run.raise("done", n);
        }
    });

    @AutoClose
    private final TestErrand test = TestStore.open(settings ->
            settings.store(LateReadsStoreProvider.PREFIX + TestStore.url()).tasks(raises));

    private void raise(int times) throws InterruptedException {
        assertThat(test.errand().trigger(raises, times)).endsWithin(SOON).isCompleted();
    }

    // ── in the line

    @Test
    void whoWasOvertakenIsCalledInTurnAgainWhenDoneWithWhatThereWas() throws InterruptedException {
        boolean inOrder = false;
        for (int tries = 0; tries < 5 && !inOrder; tries++) { // a machine that is busy makes one of them seem slow
            inOrder = isOvertakenAndComesBack();
        }
        assertThat(inOrder).isTrue();
    }

    /** It takes some milliseconds for each of many events, in the last until it was overtaken. Then no single call is a long one. */
    private boolean isOvertakenAndComesBack() throws InterruptedException {
        int many = 20;
        int more = 10;
        List<String> called = new CopyOnWriteArrayList<>();
        List<Event> late = new CopyOnWriteArrayList<>();
        List<Event> prompt = new CopyOnWriteArrayList<>();
        CountDownLatch overtaken = new CountDownLatch(many);
        try (Subscription first = test.errand().on(DONE, event -> {
                    if (late.size() == many - 1) {
                        Soon.await(overtaken);
                    }
                    Thread.sleep(late.size() < many ? 5 : 1); // later the next one would overtake it if it could
                    called.add("A");
                    late.add(event);
                });
                Subscription second = test.errand().on(DONE, event -> {
                    called.add("B");
                    prompt.add(event);
                    overtaken.countDown();
                })) {
            assertThat(List.of(first, second)).doesNotContainNull();
            raise(many);
            Soon.await("both have heard all", () -> called.size() == 2 * many);
            for (int event = 1; event <= more; event++) {
                raise(1);
                int all = 2 * (many + event);
                Soon.await("both have heard it", () -> called.size() == all);
            }
        }
        assertThat(late).isEqualTo(prompt).hasSize(many + more);
        return called.subList(2 * many, 2 * (many + more))
                .equals(Collections.nCopies(more, List.of("A", "B")).stream()
                        .flatMap(List::stream)
                        .toList());
    }

    // ── in the log

    @Test
    void whatIsCommittedWhileOneCatchesUpIsHeardOnceByEach() throws InterruptedException {
        int each = 3_000;
        List<Event> late = new ArrayList<>();
        List<Event> prompt = new CopyOnWriteArrayList<>();
        test.errand().on(DONE, event -> {
            if (late.isEmpty()) {
                gate.pass();
            }
            synchronized (late) {
                late.add(event);
            }
        });
        test.errand().on(DONE, prompt::add);
        raise(each);
        raise(each);
        Soon.await("one is behind", this::oneIsBehind);
        Soon.await("the other has heard all", () -> prompt.size() == 2 * each);
        LateReadsStoreProvider.atTheNextEnd(() -> {
            test.errand().raise("done", "meanwhile");
            awaitSize(prompt, 2 * each + 1);
        });
        gate.open();
        awaitSize(late, 2 * each + 1);
        Soon.await("it has caught up", () -> !oneIsBehind());
        test.errand().raise("done", "later");
        awaitSize(late, 2 * each + 2);
        awaitSize(prompt, 2 * each + 2);
        assertThat(new HashSet<>(late).size())
                .as("different events, of %d", late.size())
                .isEqualTo(2 * each + 2);
        assertThat(late.equals(prompt)).as("the same, in the same order").isTrue();
    }

    private boolean oneIsBehind() {
        return test.errand().listeners().stream()
                .anyMatch(listener -> listener.filter().equals(DONE) && listener.behind());
    }

    private static void awaitSize(List<Event> heard, int size) {
        try {
            Soon.await(size + " are heard", () -> size(heard) >= size);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int size(List<Event> heard) {
        synchronized (heard) {
            return heard.size();
        }
    }
}
