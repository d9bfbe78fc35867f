package dev.errand.example;

import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.TokenResult;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The example of docs/tokens.md: an order is paid, approved by a person, shipped, and a receipt comes of it. */
public final class Fulfilment {
    public record Order(int number, int cents) {}

    public record Approval(String by) {}

    private final Consumer<String> done;
    private volatile @Nullable TokenId asked;

    public final Task<Order, String> ship =
            Task.named("ship", Order.class, String.class).run((order, run) -> deliver(order));

    public final Task<Order, String> fulfil = Task.named("fulfil", Order.class, String.class)
            .run((order, run) -> {
                String payment = run.step("pay", String.class, () -> charge(order));
                Token<Approval> approval = run.token("approval", Approval.class, Duration.ofHours(8));
                run.step("ask", () -> ask(order, approval.id())); // by mail, with a link that has the id
                switch (run.await(approval)) { // no thread, no slot, for hours
                    case TokenResult.Completed<Approval> given ->
                        run.log().info("approved by {}", given.value().by());
                    case TokenResult.Failed<Approval> denied -> {
                        run.step("refund", () -> refund(payment));
                        return "denied: " + denied.error();
                    }
                    case TokenResult.TimedOut<Approval> late -> {
                        run.step("refund", () -> refund(payment));
                        return "nobody answered";
                    }
                }
                String parcel = run.invoke(ship, order); // a child
                return "receipt for " + payment + " and " + parcel;
            });

    /** @param done told of all that is done outside */
    public Fulfilment(Consumer<String> done) {
        this.done = done;
    }

    /** The token that somebody was asked about; null before. */
    @Nullable
    TokenId asked() {
        return asked;
    }

    private String charge(Order order) {
        done.accept("charge " + order.number());
        return "payment-" + order.number();
    }

    private String deliver(Order order) {
        done.accept("ship " + order.number());
        return "parcel-" + order.number();
    }

    private void ask(Order order, TokenId token) {
        asked = token;
        done.accept("ask about " + order.number());
    }

    private void refund(String payment) {
        done.accept("refund " + payment);
    }
}
