package dev.errand.compare.peer;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** Quartz: clustered JobStoreTX, 32 threads, batches of 32, idle wait 1 s, HikariCP 40. A job and a trigger for each run. */
final class QuartzEngine implements Engine {
    /** Made by Quartz itself. */
    public static final class OrderJob implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            body.accept(context.getMergedJobDataMap().getInt("number"));
        }
    }

    private static final String TABLES = "/org/quartz/impl/jdbcjobstore/tables_postgres.sql";
    private static final String SOURCE = "compare";
    private static volatile IntConsumer body = number -> {};

    private @Nullable HikariDataSource pool;
    private @Nullable Scheduler scheduler;

    @Override
    public void open(String url) throws Exception {
        HikariDataSource connections = Pools.open(url, 40);
        pool = connections;
        if (Pools.asks(connections, "select to_regclass('qrtz_triggers') is null")) {
            Pools.execute(connections, tables());
        }
        DBConnectionManager.getInstance().addConnectionProvider(SOURCE, provider(connections));
        scheduler = new StdSchedulerFactory(settings()).getScheduler();
    }

    private static String tables() throws IOException {
        try (InputStream script = Objects.requireNonNull(Scheduler.class.getResourceAsStream(TABLES), TABLES)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ConnectionProvider provider(HikariDataSource pool) {
        return new ConnectionProvider() {
            @Override
            public Connection getConnection() throws SQLException {
                return pool.getConnection();
            }

            @Override
            public void shutdown() {}

            @Override
            public void initialize() {}
        };
    }

    private static Properties settings() {
        Properties settings = new Properties();
        settings.putAll(Map.ofEntries(
                Map.entry("org.quartz.scheduler.instanceName", "compare"),
                Map.entry("org.quartz.scheduler.instanceId", "AUTO"),
                Map.entry("org.quartz.scheduler.idleWaitTime", "1000"),
                Map.entry("org.quartz.scheduler.batchTriggerAcquisitionMaxCount", "32"),
                Map.entry("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool"),
                Map.entry("org.quartz.threadPool.threadCount", "32"),
                Map.entry("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX"),
                Map.entry("org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate"),
                Map.entry("org.quartz.jobStore.dataSource", SOURCE),
                Map.entry("org.quartz.jobStore.useProperties", "true"),
                Map.entry("org.quartz.jobStore.acquireTriggersWithinLock", "true"),
                Map.entry("org.quartz.jobStore.isClustered", "true")));
        return settings;
    }

    @Override
    public int batch() {
        return 1_000;
    }

    @Override
    public void triggerAll(List<Order> orders) throws SchedulerException {
        Map<JobDetail, Set<? extends Trigger>> jobs = new LinkedHashMap<>();
        orders.forEach(order -> jobs.put(job(order), Set.of(now())));
        Objects.requireNonNull(scheduler).scheduleJobs(jobs, false);
    }

    @Override
    public void trigger(Order order) throws SchedulerException {
        Objects.requireNonNull(scheduler).scheduleJob(job(order), now());
    }

    private static JobDetail job(Order order) {
        return JobBuilder.newJob(OrderJob.class)
                .withIdentity(String.valueOf(order.number()))
                .usingJobData("number", String.valueOf(order.number()))
                .usingJobData("customer", order.customer())
                .usingJobData("note", order.note())
                .build();
    }

    private static Trigger now() {
        return TriggerBuilder.newTrigger().startNow().build();
    }

    @Override
    public void startWorking(IntConsumer body) throws SchedulerException {
        QuartzEngine.body = body;
        Objects.requireNonNull(scheduler).start();
    }

    @Override
    public void stopWorking() throws SchedulerException {
        Objects.requireNonNull(scheduler).standby();
    }

    @Override
    public boolean pending() throws Exception {
        return Pools.asks(Objects.requireNonNull(pool), "select exists(select from qrtz_job_details)");
    }

    @Override
    public void close() throws SchedulerException {
        Objects.requireNonNull(scheduler).shutdown(true);
        Objects.requireNonNull(pool).close();
    }
}
