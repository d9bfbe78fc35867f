package dev.errand.examples;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.Run;
import dev.errand.Task;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Obeys a service that says when to come back, and gives up at once when it says that the order is wrong. */
public final class PoliteRetry {
    record Order(String item) {}

    static final Service SERVICE = new Service();

    static final Task<Order, String> ORDER = Task.named("order", Order.class, String.class)
            .retry(Retry.exponential()
                    .attempts(5)
                    .on(Busy.class, busy -> RetryDecision.after(busy.comeBackAfter))
                    .abortOn(IllegalArgumentException.class))
            .run((order, run) -> {
                run.log().info("attempt {}", run.attempt());
                return SERVICE.order(order.item());
            });

    private PoliteRetry() {}

    public static void main(String[] args) throws InterruptedException {
        try (var errand = Errand.open("jdbc:sqlite:orders.db", ORDER)) {
            Run<String> good = errand.trigger(ORDER, new Order("lamp"));
            Run<String> bad = errand.trigger(ORDER, new Order(""));
            System.out.println(good.await(Duration.ofSeconds(30)) + " at attempt "
                    + good.info().attempt());
            System.out.println(bad.result(Duration.ofSeconds(30)).state() + " at attempt "
                    + bad.info().attempt());
        }
    }

    /** Stands for a service far away that is busy at first. */
    static final class Service {
        private final AtomicInteger calls = new AtomicInteger();

        String order(String item) throws Busy {
            if (item.isEmpty()) {
                throw new IllegalArgumentException("an order without an item");
            }
            if (calls.incrementAndGet() < 3) {
                throw new Busy(Duration.ofMillis(50));
            }
            return "one " + item;
        }
    }

    /** The service asks for patience. */
    static final class Busy extends Exception {
        private static final long serialVersionUID = 1;

        final Duration comeBackAfter;

        Busy(Duration comeBackAfter) {
            super("busy");
            this.comeBackAfter = comeBackAfter;
        }
    }
}
