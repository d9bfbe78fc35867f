package dev.errand.examples;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.Task;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Triggers a thousand runs in one commit, and adds up what they come to. */
public final class ManyAtOnce {
    static final Task<Integer, Long> SQUARE =
            Task.named("square", Integer.class, Long.class).run((number, run) -> (long) number * number);

    private ManyAtOnce() {}

    public static void main(String[] args) throws InterruptedException {
        try (var errand = Errand.open("jdbc:sqlite:squares.db", SQUARE)) {
            List<Run<Long>> runs = errand.triggerAll(
                    SQUARE, IntStream.rangeClosed(1, 1_000).boxed().toList());
            long sum = 0;
            for (Run<Long> run : runs) {
                sum += run.await(Duration.ofSeconds(30));
            }
            System.out.println("1² + 2² + … + 1000² = " + sum);
        }
    }
}
