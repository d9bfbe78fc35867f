package dev.errand.examples;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Many letters of two customers go through one queue: never more than two at a time, and of each customer one. */
public final class FairShares {
    static final TaskQueue MAIL = TaskQueue.named("mail").concurrency(2).concurrencyPerKey(1);

    private static final AtomicInteger NOW = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();

    static final Task<String, String> LETTER = Task.named("letter", String.class, String.class)
            .queue(MAIL)
            .run((text, run) -> {
                MOST.accumulateAndGet(NOW.incrementAndGet(), Math::max);
                Thread.sleep(Duration.ofMillis(20)); // the printer
                NOW.decrementAndGet();
                return text;
            });

    private FairShares() {}

    public static void main(String[] args) throws InterruptedException {
        try (var errand = Errand.open("jdbc:sqlite:mail.db", LETTER)) {
            List<Run<String>> letters = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String customer = i % 2 == 0 ? "ada" : "bob";
                letters.add(errand.trigger(
                        LETTER, "dear " + customer, TriggerOptions.none().concurrencyKey(customer)));
            }
            for (Run<String> letter : letters) {
                letter.await(Duration.ofSeconds(30));
            }
            System.out.println(
                    letters.size() + " letters, " + (MOST.get() <= 2 ? "never" : "alas") + " more than two at a time");
        }
    }
}
