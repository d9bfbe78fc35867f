package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process that says which hooks it calls, to be killed. */
final class HookedProcess extends WorkingProcess {
    /** May be attempted by another once this process has died. */
    static final String REPEATS = "repeats";

    /** Fails at its first attempt; the next is made by hand. */
    static final String RETRIES = "retries";

    /** May not be attempted again. */
    static final String ONCE = "once";

    HookedProcess(String url) throws IOException {
        super(HookedProcess.class, url);
    }

    /** The body of a task, whatever becomes of it. */
    interface Body {
        void run(String task) throws Exception;
    }

    static List<Task<?, ?>> tasks(List<String> trace, Body body) {
        return List.of(task(REPEATS, 5, trace, body), task(RETRIES, 5, trace, body), task(ONCE, 0, trace, body));
    }

    private static Task<String, ?> task(String id, int redeliveries, List<String> trace, Body body) {
        return Task.named(id, String.class)
                .redeliveries(redeliveries)
                .retry(Retry.fixed(Duration.ofHours(1)).attempts(3))
                .hooks(new Traced(id + " ", trace))
                .run((payload, run) -> {
                    trace.add(id + " run");
                    if (id.equals(RETRIES) && run.attempt() == 1) {
                        throw new IllegalStateException("once more");
                    }
                    body.run(id);
                });
    }

    /** Arguments: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(tasks(new Said(), task -> new CountDownLatch(1).await()).toArray(Task<?, ?>[]::new))
                .concurrency(2)
                .open()) {
            System.out.println(errand.concurrency() == 2 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }

    /** What is added to it is said aloud. */
    private static final class Said extends AbstractList<String> {
        @Override
        public boolean add(String what) {
            System.out.println(what);
            return true;
        }

        @Override
        public String get(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public int size() {
            return 0;
        }
    }
}
