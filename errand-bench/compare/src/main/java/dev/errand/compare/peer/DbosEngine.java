package dev.errand.compare.peer;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.DBOSClient;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Queue;
import dev.dbos.transact.workflow.Workflow;
import dev.dbos.transact.workflow.WorkflowClassName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** DBOS: a queue without limits, poll 10 ms, HikariCP 20. It has no bulk trigger: many are triggered one by one in 16 threads. */
final class DbosEngine implements Engine {
    /** As DBOS wants its workflows. */
    public interface Orders {
        void handle(String number, String customer, String note);
    }

    /** What a step answers. */
    public record Receipt(int number, boolean ok) {}

    /** The workflow. */
    @WorkflowClassName(CLASS)
    public static final class OrdersHere implements Orders {
        private final DBOS dbos;
        private final int steps;
        private final IntConsumer body;

        OrdersHere(DBOS dbos, int steps, IntConsumer body) {
            this.dbos = dbos;
            this.steps = steps;
            this.body = body;
        }

        @Override
        @Workflow(name = WORKFLOW)
        public void handle(String number, String customer, String note) {
            for (int i = 0; i < steps; i++) {
                int step = i;
                dbos.runStep(() -> new Receipt(step, true), "step " + step);
            }
            body.accept(Integer.parseInt(number));
        }
    }

    private static final String CLASS = "Orders";
    private static final String WORKFLOW = "handle";
    private static final String VERSION = "1";
    private static final String PENDING =
            "select exists(select from dbos.workflow_status where status in ('ENQUEUED', 'PENDING', 'DELAYED'))";
    private static final Queue QUEUE = new Queue("orders").withPollingInterval(Duration.ofMillis(10));

    private @Nullable HikariDataSource pool;
    private @Nullable DBOSClient client;
    private @Nullable DBOS dbos;

    @Override
    public void open(String url) {
        pool = Pools.open(url, 20);
        startWorking(number -> {}); // makes the tables
        stopWorking();
        client = new DBOSClient(pool);
    }

    @Override
    public int batch() {
        return 1_000;
    }

    @Override
    public void triggerAll(List<Order> orders) throws Exception {
        int first = orders.getFirst().number();
        new Triggers(this).oneByOne(16, first, orders.size(), () -> false);
    }

    @Override
    public void trigger(Order order) {
        Objects.requireNonNull(client)
                .enqueueWorkflow(
                        new DBOSClient.EnqueueOptions(WORKFLOW, CLASS, QUEUE.name()).withAppVersion(VERSION),
                        new Object[] {String.valueOf(order.number()), order.customer(), order.note()});
    }

    @Override
    public void startWorking(IntConsumer body) {
        startWorking(0, body);
    }

    @Override
    public void startWorking(int steps, IntConsumer body) {
        DBOS engine = new DBOS(DBOSConfig.defaults("compare")
                .withDataSource(Objects.requireNonNull(pool))
                .withAppVersion(VERSION));
        engine.registerQueue(QUEUE);
        engine.registerProxy(Orders.class, new OrdersHere(engine, steps, body));
        engine.launch();
        dbos = engine;
    }

    @Override
    public void stopWorking() {
        if (dbos != null) {
            dbos.shutdown();
            dbos = null;
        }
    }

    @Override
    public boolean pending() throws Exception {
        return Pools.asks(Objects.requireNonNull(pool), PENDING);
    }

    @Override
    public void close() {
        stopWorking();
        Objects.requireNonNull(client).close();
        Objects.requireNonNull(pool).close();
    }
}
