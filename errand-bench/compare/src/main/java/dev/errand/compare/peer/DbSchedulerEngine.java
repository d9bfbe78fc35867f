package dev.errand.compare.peer;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** db-scheduler: lock-and-fetch 0.5/4.0, 32 threads, poll 100 ms, immediate execution, {@code scheduleBatch} of 1,000, JSON. */
final class DbSchedulerEngine implements Engine {
    private static final String TABLE = """
            create table scheduled_tasks (
              task_name text not null,
              task_instance text not null,
              task_data bytea,
              execution_time timestamp with time zone not null,
              picked boolean not null,
              picked_by text,
              last_success timestamp with time zone,
              last_failure timestamp with time zone,
              consecutive_failures int,
              last_heartbeat timestamp with time zone,
              version bigint not null,
              priority smallint,
              primary key (task_name, task_instance)
            );
            create index on scheduled_tasks (execution_time);
            create index on scheduled_tasks (last_heartbeat);
            """;

    /** Ours, as the library's wants an older Jackson than the other engines. */
    private static final class Json implements Serializer {
        private static final JsonMapper MAPPER = JsonMapper.shared();

        @Override
        public byte[] serialize(Object data) {
            return MAPPER.writeValueAsBytes(data);
        }

        @Override
        public <T> T deserialize(Class<T> type, byte[] serialized) {
            return MAPPER.readValue(serialized, type);
        }
    }

    private static final Serializer JSON = new Json();

    private @Nullable HikariDataSource pool;
    private @Nullable SchedulerClient client;
    private @Nullable Scheduler scheduler;

    private static OneTimeTask<Order> task(IntConsumer body) {
        return Tasks.oneTime("order", Order.class)
                .execute((instance, context) -> body.accept(instance.getData().number()));
    }

    private static TaskInstance<Order> instance(Order order) {
        return new TaskInstance<>("order", String.valueOf(order.number()), order);
    }

    @Override
    public void open(String url) throws Exception {
        pool = Pools.open(url, 40);
        if (Pools.asks(pool, "select to_regclass('scheduled_tasks') is null")) {
            Pools.execute(pool, TABLE);
        }
        client = SchedulerClient.Builder.create(pool, task(number -> {}))
                .serializer(JSON)
                .build();
    }

    @Override
    public int batch() {
        return 1_000;
    }

    /** The scheduler itself if it runs here: only then it knows at once. */
    private SchedulerClient triggering() {
        return Objects.requireNonNull(scheduler != null ? scheduler : client, "not open");
    }

    @Override
    public void triggerAll(List<Order> orders) {
        List<TaskInstance<?>> instances = new ArrayList<>(orders.size());
        orders.forEach(order -> instances.add(instance(order)));
        triggering().scheduleBatch(instances, Instant.now());
    }

    @Override
    public void trigger(Order order) {
        triggering().scheduleIfNotExists(instance(order), Instant.now());
    }

    @Override
    public void startWorking(IntConsumer body) {
        scheduler = Scheduler.create(Objects.requireNonNull(pool), task(body))
                .serializer(JSON)
                .threads(32)
                .pollingInterval(Duration.ofMillis(100))
                .pollUsingLockAndFetch(0.5, 4.0)
                .enableImmediateExecution()
                .build();
        scheduler.start();
    }

    @Override
    public void stopWorking() {
        if (scheduler != null) {
            scheduler.stop();
            scheduler = null;
        }
    }

    @Override
    public boolean pending() throws Exception {
        return Pools.asks(Objects.requireNonNull(pool), "select exists(select from scheduled_tasks)");
    }

    @Override
    public void close() {
        stopWorking();
        if (pool != null) {
            pool.close();
        }
    }
}
