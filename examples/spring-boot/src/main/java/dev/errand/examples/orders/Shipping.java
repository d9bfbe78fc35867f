package dev.errand.examples.orders;

import dev.errand.AsTask;
import dev.errand.RunContext;
import dev.errand.Task;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The tasks: a method of a bean, and a bean. */
@Configuration(proxyBeanMethods = false)
class Shipping {
    private final Orders orders;
    private final JdbcClient jdbc;
    private final Duration packing;

    Shipping(Orders orders, JdbcClient jdbc, @Value("${orders.packing:0s}") Duration packing) {
        this.orders = orders;
        this.jdbc = jdbc;
        this.packing = packing;
    }

    @AsTask(value = "ship", attempts = 5)
    void ship(Shipment shipment, RunContext run) throws InterruptedException {
        run.log().info("Packing {}", shipment.item());
        jdbc.sql("update orders set packed = packed + 1 where id = ?")
                .param(shipment.order())
                .update();
        Thread.sleep(packing);
        run.transaction("shipped", tx -> orders.shipped(shipment.order())); // once, whatever dies
    }

    @Bean
    Task<Long, @Nullable Void> thank() {
        return Task.named("thank", Long.class).run((order, run) -> {
            jdbc.sql("update orders set thanked = true where id = ?")
                    .param(order)
                    .update();
        });
    }
}
