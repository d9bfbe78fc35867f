package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Task;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** A process that can be made to stand still at a body, which returns when it is told to, interrupted or not. */
final class StalledProcess extends WorkingProcess {
    /** Returns "too late". */
    static final String TASK = "stalled";

    /** Returns its payload; begins when its one slot is free. */
    static final String NEXT = "next";

    /** Returns when it works. */
    StalledProcess(String url) throws IOException {
        super(StalledProcess.class, url);
    }

    /** Arguments: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        Semaphore mayReturn = new Semaphore(0);
        Task<String, String> stalled = Task.named(TASK, String.class, String.class)
                .run((payload, run) -> {
                    System.out.println("at it");
                    mayReturn.acquireUninterruptibly();
                    return "too late";
                });
        Task<String, String> next = Task.named(NEXT, String.class, String.class).run((payload, run) -> payload);
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(stalled, next)
                .concurrency(1)
                .open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            for (int told = System.in.read(); told >= 0; told = System.in.read()) { // ends with its parent
                mayReturn.release(told == '\n' ? 1 : 0);
            }
        }
    }
}
