package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.BatchId;
import dev.errand.Limits;
import dev.errand.QueueFullException;
import dev.errand.store.BatchEntry;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.RunOptions;
import dev.errand.store.ScheduleChange;
import dev.errand.store.ScheduleEntry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A queue that is full, and others whose commands share the writer's commits with those that are refused. */
class CappedWriterTest {
    private static final Clock CLOCK = Clock.systemUTC();

    private final SqliteFixture fixture = new SqliteFixture();
    private final List<Thread> threads = new ArrayList<>();
    private SqliteStore store;

    @BeforeEach
    void open() {
        store = SqliteStore.open(Location.of(Location.PREFIX + fixture.file()), CLOCK);
        store.queues().declare(List.of(new QueueEntry("mail", Limits.none().maxPending(1))));
        store.enqueue(mail());
        store.schedules().add(new ScheduleEntry("id", "key", "greet", false, "{}", "{}", CLOCK.instant(), 0));
    }

    @AfterEach
    void close() {
        store.close();
        fixture.close();
    }

    private static List<NewRun> mail() {
        return List.of(NewRuns.of("greet", CLOCK)
                .options(RunOptions.NONE.withQueue("mail"))
                .build());
    }

    private FutureTask<Boolean> start(Runnable command) {
        FutureTask<Boolean> task = new FutureTask<>(command, true);
        Thread thread = new Thread(task);
        threads.add(thread);
        thread.start();
        return task;
    }

    /** Until all that was started waits for the writer. */
    private void awaitCommands() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
            assertThat(System.nanoTime()).as("all wait for the writer").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private int commits() throws SQLException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from event")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void whoIsRefusedCostsNobodyHisShareOfACommit() throws Exception {
        int before = commits();
        Instant now = CLOCK.instant();
        BatchEntry batch = new BatchEntry(BatchId.next(now), null, now, 1, null, null, null, null, null, null);
        ScheduleEntry schedule = store.schedules().find("key").orElseThrow();
        List<FutureTask<Boolean>> taken = new ArrayList<>();
        List<FutureTask<Boolean>> refused = new ArrayList<>();
        try (Connection other = fixture.connect();
                Statement statement = other.createStatement()) {
            statement.execute("create table mine (x)"); // nobody else writes until it ends
            for (int i = 0; i < 10; i++) {
                List<NewRun> plain = List.of(NewRuns.of("greet", CLOCK).build());
                taken.add(start(() -> store.enqueue(plain)));
            }
            refused.add(start(() -> store.enqueue(mail())));
            refused.add(start(() -> store.batches().create(batch, mail())));
            refused.add(start(() -> store.schedules().change(List.of(new ScheduleChange(schedule, mail())))));
            awaitCommands();
            other.rollback();
        }
        for (FutureTask<Boolean> command : taken) {
            command.get(60, TimeUnit.SECONDS);
        }
        for (FutureTask<Boolean> command : refused) {
            assertThatThrownBy(() -> command.get(60, TimeUnit.SECONDS)).cause().isInstanceOf(QueueFullException.class);
        }
        assertThat(commits() - before).as("commits for 10 triggers").isLessThan(5);
        assertThat(store.batches().find(batch.id())).isEmpty();
        assertThat(store.schedules().find("key")).contains(schedule);
    }
}
