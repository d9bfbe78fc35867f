package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.NodeInfo;
import dev.errand.QueueInfo;
import dev.errand.QueueNotFoundException;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduleState;
import dev.errand.ScheduledTime;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TaskNotFoundException;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that cannot be, most of them for a schedule: refused with the reason, and no trace of them is left, in the engine and in the store. */
class RefusedTaskTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Schedule HOURLY = Schedule.cron("@hourly");
    private static final Schedule IN_NO_QUEUE =
            HOURLY.options(TriggerOptions.none().queue("nowhere"));
    private static final Schedule IN_MAIL = HOURLY.options(TriggerOptions.none().queue("Mail"));
    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
    private static final TaskQueue MAIL = TaskQueue.named("mail").concurrency(1);

    record Customer(int number) {}

    record Broken(int number) {
        @Override
        public int number() {
            throw new IllegalStateException("it has none");
        }
    }

    private final Task<ScheduledTime, String> report = report("first", HOURLY);
    private final Task<ScheduledTime, String> second = Task.named("report", ScheduledTime.class, String.class)
            .description("second")
            .schedule("another", HOURLY)
            .schedule("bad", IN_NO_QUEUE)
            .run((time, run) -> "second");

    @TempDir
    private Path folder;

    private String url;
    private TestErrand test;
    private Errand errand;
    private List<TaskInfo> tasksBefore;
    private List<ScheduleInfo> schedulesBefore;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        test = TestErrand.open(settings -> settings.store(url).tasks(report));
        errand = test.errand();
        tasksBefore = errand.tasks();
        schedulesBefore = schedules();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static Task<ScheduledTime, String> report(String output, Schedule schedule) {
        return Task.named("report", ScheduledTime.class, String.class)
                .description(output)
                .schedule(schedule)
                .run((time, run) -> output);
    }

    private static Task<ScheduledTime, ?> remind(String key, Schedule schedule) {
        return Task.named("remind", ScheduledTime.class).schedule(key, schedule).run((time, run) -> {});
    }

    private static Task<Customer, ?> greet(Schedule schedule) {
        return Task.named("remind", Customer.class).schedule(schedule).run((customer, run) -> {});
    }

    private List<ScheduleInfo> schedules() {
        return errand.schedules().list(ScheduleQuery.all()).items();
    }

    private void nothingHasChanged() {
        assertThat(errand.tasks()).isEqualTo(tasksBefore);
        assertThat(schedules()).isEqualTo(schedulesBefore);
        assertThat(errand.nodes())
                .filteredOn(NodeInfo::self)
                .flatExtracting(NodeInfo::tasks)
                .containsExactly("report");
    }

    private static String output(TestErrand test) throws InterruptedException {
        return test.finish(test.errand().schedules().run("report"))
                .await(Duration.ZERO)
                .text();
    }

    @Test
    void whateverIsWrongWithItIsNamedAndLeavesNoTrace() throws InterruptedException {
        Map<String, Task<?, ?>> bad = new LinkedHashMap<>();
        bad.put("nowhere", remind("", IN_NO_QUEUE));
        bad.put("both have a schedule 'report'", remind("report", HOURLY));
        bad.put("is no key for a schedule", remind("k".repeat(101), HOURLY));
        bad.put("would never fire", remind("", Schedule.once(LATER).end(LATER)));
        bad.put("has no payload", greet(HOURLY));
        bad.put("remind", greet(HOURLY.payload("text")));
        bad.put("cannot be written as JSON", greet(HOURLY.payload(new Broken(1))));
        bad.put(
                "its default arguments",
                Task.named("remind", Customer.class)
                        .arguments(Map.of("a", new Broken(1)))
                        .run((customer, run) -> {}));
        for (Consumer<Task<?, ?>> way : List.<Consumer<Task<?, ?>>>of(errand::add, errand::put)) {
            bad.forEach((reason, task) -> {
                assertThatThrownBy(() -> way.accept(task)).hasMessageContaining(reason);
                assertThatExceptionOfType(TaskNotFoundException.class)
                        .as(reason)
                        .isThrownBy(() -> errand.trigger("remind", null));
                nothingHasChanged();
            });
        }
        errand.add(Task.named("remind", Customer.class, Integer.class).run((customer, run) -> customer.number()));
        assertThat(test.finish(errand.trigger("remind", new Customer(17)))
                        .await(Duration.ZERO)
                        .text())
                .isEqualTo("17");
    }

    @Test
    void anEditThatIsRefusedLeavesTheOldCodeAndItsSchedules() throws InterruptedException {
        for (Consumer<Task<?, ?>> way : List.<Consumer<Task<?, ?>>>of(errand::edit, errand::put)) {
            assertThatExceptionOfType(QueueNotFoundException.class)
                    .isThrownBy(() -> way.accept(second))
                    .withMessageContaining("nowhere");
            nothingHasChanged();
        }
        assertThat(output(test)).isEqualTo("\"first\"");
        test.advance(HOUR);
        assertThat(errand.schedules().get("report").firings()).isEqualTo(1);
        assertThat(errand.runs(RunQuery.all()).items())
                .extracting(RunInfo::state)
                .containsExactly(RunState.COMPLETED, RunState.COMPLETED);
    }

    @Test
    void anEngineThatIsRefusedStoresNothing() {
        Task<ScheduledTime, ?> bad = remind("", IN_NO_QUEUE);
        Task<ScheduledTime, ?> good =
                Task.named("good", ScheduledTime.class).schedule(HOURLY).run((time, run) -> {});
        for (Consumer<ErrandBuilder> settings : List.<Consumer<ErrandBuilder>>of(
                all -> all.tasks(good, bad).queues(MAIL),
                all -> all.tasks(good).queues(MAIL).onlyQueues("nowhere"))) {
            assertThatExceptionOfType(QueueNotFoundException.class)
                    .isThrownBy(() -> TestErrand.open(test.clock(), all -> settings.accept(all.store(url))))
                    .withMessageContaining("nowhere");
            nothingHasChanged();
            assertThat(errand.queues().list()).extracting(QueueInfo::name).doesNotContain("mail");
            assertThat(errand.nodes()).hasSize(1);
        }
    }

    @Test
    void aScheduleWhoseTimesAreOverIsNoReason() {
        errand.add(remind("", Schedule.once(Instant.parse("2000-01-01T00:00:00Z"))));
        assertThat(errand.schedules().get("remind").state()).isEqualTo(ScheduleState.COMPLETED);
    }

    @Test
    void aQueueThatComesWithItIsThere() {
        errand.add(Task.named("remind", ScheduledTime.class)
                .queue(MAIL)
                .schedule(IN_MAIL)
                .run((time, run) -> {}));
        assertThat(errand.schedules().find("remind")).isPresent();
        Task<ScheduledTime, ?> other = Task.named("other", ScheduledTime.class)
                .schedule(HOURLY.options(TriggerOptions.none().queue("print")))
                .run((time, run) -> {});
        try (TestErrand declaring = TestErrand.open(
                test.clock(), settings -> settings.store(url).tasks(other).queues(TaskQueue.named("print")))) {
            assertThat(declaring.errand().schedules().find("other")).isPresent();
        }
    }

    @Test
    void whatOneEngineRefusesAnotherKeepsAsItHasIt() throws InterruptedException {
        Task<ScheduledTime, ?> other = Task.named("other", ScheduledTime.class).run((time, run) -> {});
        try (TestErrand beside =
                TestErrand.open(test.clock(), settings -> settings.store(url).tasks(other))) {
            tasksBefore = errand.tasks();
            assertThatExceptionOfType(QueueNotFoundException.class)
                    .isThrownBy(() -> beside.errand().add(second));
            nothingHasChanged();
            assertThat(beside.errand().nodes())
                    .filteredOn(NodeInfo::self)
                    .flatExtracting(NodeInfo::tasks)
                    .containsExactly("other");
            assertThat(output(test)).isEqualTo("\"first\"");
            beside.errand().add(report("third", HOURLY));
            assertThat(errand.tasks()).extracting(TaskInfo::description).contains("third");
        }
    }
}
