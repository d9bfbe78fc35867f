package dev.errand.examples.orders;

import dev.errand.Errand;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The orders and what becomes of them. Each change and the task that follows it are one transaction. */
@Service
class Orders {
    private final JdbcClient jdbc;
    private final Errand errand;

    Orders(JdbcClient jdbc, Errand errand) {
        this.jdbc = jdbc;
        this.errand = errand;
    }

    @Transactional
    public long place(String item) {
        long order = jdbc.sql("insert into orders (item) values (?) returning id")
                .param(item)
                .query(Long.class)
                .single();
        errand.trigger("ship", new Shipment(order, item)); // when this transaction is committed, and only then
        if (item.equals("moon")) {
            throw new SoldOutException(item);
        }
        return order;
    }

    @Transactional
    public void shipped(long order) {
        jdbc.sql("update orders set shipped = true where id = ?").param(order).update();
        errand.trigger("thank", order);
    }
}
