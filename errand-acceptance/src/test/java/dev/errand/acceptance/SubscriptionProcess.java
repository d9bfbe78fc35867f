package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.Task;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** A process with a durable subscription, whose listener says what it is called for and returns when it is told to. */
final class SubscriptionProcess extends WorkingProcess {
    static final String NAME = "letters";
    static final EventFilter FILTER = EventFilter.named("letter");

    /** Returns when it has subscribed. */
    SubscriptionProcess(String url) throws IOException {
        super(SubscriptionProcess.class, url);
    }

    /** Argument: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        Semaphore mayReturn = new Semaphore(0);
        Task<String, String> none =
                Task.named("none", String.class, String.class).run((payload, run) -> payload);
        try (Errand errand =
                Errand.builder().store(arguments[0]).tasks(none).concurrency(1).open()) {
            errand.subscribe(NAME, FILTER, event -> {
                System.out.println("at " + event.data());
                mayReturn.acquireUninterruptibly();
            });
            System.out.println("working");
            for (int told = System.in.read(); told >= 0; told = System.in.read()) { // ends with its parent
                mayReturn.release(told == '\n' ? 1 : 0);
            }
        }
    }
}
