package dev.errand.bench;

import dev.errand.RunContext;
import dev.errand.Task;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What all measurements have their runs do: take a payload of 120 bytes of JSON, next to nothing, return a small record. */
final class Work {
    static final String TASK = "bench";
    static final int PAYLOAD_BYTES = 120;

    /** The payload. */
    record Order(int number, String customer, String note) {}

    /** The output. */
    record Receipt(int number, boolean ok) {}

    /** What a body does besides. */
    @FunctionalInterface
    interface Body {
        void run(int number, RunContext run) throws Exception;
    }

    private static final String BEFORE_NUMBER = "{\"number\":";
    private static final String BEFORE_CUSTOMER = ",\"customer\":\"";
    private static final String BEFORE_NOTE = "\",\"note\":\"";
    private static final String END = "\"}";
    private static final String CUSTOMER = "ada@example.org";
    private static final String PADDING = "a parcel of books, to be left with the neighbours upstairs ".repeat(2);

    private static final int NOTE_AND_DIGITS =
            PAYLOAD_BYTES - (BEFORE_NUMBER + BEFORE_CUSTOMER + CUSTOMER + BEFORE_NOTE + END).length();

    private Work() {}

    static Task<Order, Receipt> task(Body body) {
        return task(TASK, body);
    }

    static Task<Order, Receipt> task(String id, Body body) {
        return Task.named(id, Order.class, Receipt.class).run((order, run) -> {
            body.run(order.number(), run);
            return new Receipt(order.number(), true);
        });
    }

    static List<Order> orders(int from, int to) {
        List<Order> orders = new ArrayList<>(to - from);
        for (int number = from; number < to; number++) {
            orders.add(order(number));
        }
        return orders;
    }

    static Order order(int number) {
        int digits = String.valueOf(number).length();
        return new Order(number, CUSTOMER, PADDING.substring(0, NOTE_AND_DIGITS - digits));
    }

    /** The payload as a program without an engine would write it. */
    static byte[] json(int number) {
        Order order = order(number);
        String json = BEFORE_NUMBER + number + BEFORE_CUSTOMER + order.customer() + BEFORE_NOTE + order.note() + END;
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
