package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.LockLostException;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/** A process whose bodies take a lock and keep it, saying what happens to them. */
final class LockingProcess extends WorkingProcess {
    static final String TASK = "locking";

    /** Returns when it works. */
    LockingProcess(String url) throws IOException {
        super(LockingProcess.class, url);
    }

    /** Arguments: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        Task<String, ?> locking = Task.named(TASK, String.class).run((name, run) -> {
            try {
                run.lock(name).run(() -> {
                    System.out.println("held " + run.attempt());
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        System.out.println("interrupted");
                    }
                });
            } catch (LockLostException e) {
                System.out.println("lost " + e.lock());
            }
        });
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(locking)
                .concurrency(2)
                .open()) {
            System.out.println(errand.concurrency() == 2 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}
