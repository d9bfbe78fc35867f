package dev.errand.examples;

import dev.errand.Errand;
import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.Task;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A task that triggers itself, here once a second, where a report would say {@code Schedule.cron("0 5 * * MON-FRI")}. */
public final class Ticking {
    private static final CountDownLatch TICKS = new CountDownLatch(3);

    static final Task<ScheduledTime, ?> TICK = Task.named("tick", ScheduledTime.class)
            .schedule(Schedule.every(Duration.ofSeconds(1)))
            .run((time, run) -> {
                System.out.println(time.previous() == null ? "the first tick" : "one more tick");
                TICKS.countDown();
            });

    private Ticking() {}

    public static void main(String[] args) throws InterruptedException {
        try (var errand = Errand.open("jdbc:sqlite:ticks.db", TICK)) {
            TICKS.await();
            System.out.println("scheduled as " + errand.schedules().get("tick").key());
        }
    }
}
