package dev.errand.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Overlap;
import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The examples of docs/schedules.md, so that what stands there compiles and holds. */
class ReminderTest {
    record Customer(int number) {}

    private final List<Customer> reminded = new CopyOnWriteArrayList<>();
    private final List<Instant> written = new CopyOnWriteArrayList<>();

    private @Nullable Void write(@Nullable Instant from, Instant until) {
        written.add(from == null ? until : from);
        return null;
    }

    @Test
    void aTaskIsTriggeredAtSetTimes() throws InterruptedException {
        Task<ScheduledTime, Void> report = Task.named("report", ScheduledTime.class, Void.class)
                .schedule(Schedule.cron("0 5 * * MON-FRI").zone("Asia/Tokyo"))
                .run((time, run) -> write(time.previous(), time.timestamp()));
        try (TestErrand test = TestErrand.open(report)) { // which begins on a Thursday
            test.advance(Duration.ofDays(7));
            assertThat(written).hasSize(5);
        }
    }

    @Test
    void aCustomerIsRemindedDaily() throws InterruptedException {
        Task<Customer, ?> remind = Task.named("remind", Customer.class).run((customer, run) -> reminded.add(customer));
        try (TestErrand test = TestErrand.open(remind)) {
            Schedule daily =
                    Schedule.every(Duration.ofDays(1)).payload(new Customer(17)).overlap(Overlap.SKIP);
            test.errand().schedules().put("reminder-17", remind, daily);

            test.advance(Duration.ofDays(3));
            assertThat(reminded).hasSize(3);
        }
    }
}
