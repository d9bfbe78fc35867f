package dev.errand.compare.peer;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.server.configuration.BackgroundJobServerThreadType;
import org.jobrunr.server.configuration.DefaultBackgroundJobServerWorkerPolicy;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;
import org.jspecify.annotations.Nullable;

/** JobRunr: HikariCP 20, 32 workers on virtual threads, poll 5 s (its floor on SQL). */
final class JobRunrEngine implements Engine {
    /** As JobRunr wants its payloads. */
    public record OrderRequest(Order order) implements JobRequest {
        @Override
        public Class<OrderHandler> getJobRequestHandler() {
            return OrderHandler.class;
        }
    }

    /** Made by JobRunr itself. */
    public static final class OrderHandler implements JobRequestHandler<OrderRequest> {
        @Override
        public void run(OrderRequest request) {
            body.accept(request.order().number());
        }
    }

    private static final String PENDING =
            "select exists(select from jobrunr_jobs where state not in ('SUCCEEDED', 'DELETED'))";
    private static volatile IntConsumer body = number -> {};

    private final JsonMapper json = new Jackson3JsonMapper();
    private @Nullable HikariDataSource pool;
    private @Nullable StorageProvider storage;
    private @Nullable JobRequestScheduler scheduler;
    private @Nullable BackgroundJobServer server;

    @Override
    public void open(String url) {
        pool = Pools.open(url, 20);
        storage = new PostgresStorageProvider(pool);
        storage.setJobMapper(new JobMapper(json));
        scheduler = new JobRequestScheduler(storage);
    }

    @Override
    public int batch() {
        return 5_000;
    }

    @Override
    public void triggerAll(List<Order> orders) {
        Objects.requireNonNull(scheduler).enqueue(orders.stream().map(OrderRequest::new));
    }

    @Override
    public void trigger(Order order) {
        Objects.requireNonNull(scheduler).enqueue(new OrderRequest(order));
    }

    @Override
    public void startWorking(IntConsumer body) {
        JobRunrEngine.body = body;
        JobActivator reflection = new JobActivator() {
            @Override
            public <T> T activateJob(Class<T> type) {
                return type.cast(new OrderHandler());
            }
        };
        server = new BackgroundJobServer(
                Objects.requireNonNull(storage),
                json,
                reflection,
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                        .andPollInterval(Duration.ofSeconds(5))
                        .andInterruptJobsAwaitDurationOnStopBackgroundJobServer(Duration.ofSeconds(1))
                        .andBackgroundJobServerWorkerPolicy(new DefaultBackgroundJobServerWorkerPolicy(
                                32, BackgroundJobServerThreadType.VirtualThreads)));
        server.start();
    }

    @Override
    public void stopWorking() {
        if (server != null) {
            server.stop();
            server = null;
        }
    }

    @Override
    public boolean pending() throws Exception {
        return Pools.asks(Objects.requireNonNull(pool), PENDING);
    }

    @Override
    public void close() {
        stopWorking();
        if (pool != null) {
            pool.close();
        }
    }
}
