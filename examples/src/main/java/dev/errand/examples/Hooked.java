package dev.errand.examples;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.TaskHooks;
import java.time.Duration;

/** Hooks see an invoice fail twice, and tell of it once it is clear that nobody will pay. */
public final class Hooked {
    record Invoice(int number) {}

    /** Called around each attempt, and once at the end. */
    static final class Dunning implements TaskHooks<Invoice, String> {
        @Override
        public void onStartAttempt(Invoice invoice, RunContext run) {
            System.out.println("attempt " + run.attempt());
        }

        @Override
        public void onFailure(Invoice invoice, Throwable error, RunContext run) {
            System.out.println("invoice " + invoice.number() + ": " + error.getMessage());
        }
    }

    static final Task<Invoice, String> COLLECT = Task.named("collect", Invoice.class, String.class)
            .retry(Retry.fixed(Duration.ofMillis(20)).maxRetries(1))
            .hooks(new Dunning())
            .run((invoice, run) -> {
                throw new IllegalStateException("the account is empty");
            });

    private Hooked() {}

    public static void main(String[] args) throws InterruptedException {
        try (var errand = Errand.open("jdbc:sqlite:invoices.db", COLLECT)) {
            Run<String> run = errand.trigger(COLLECT, new Invoice(7));
            System.out.println(run.result(Duration.ofSeconds(30)).state());
        }
    }
}
