package dev.errand.chaos;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A process whose bodies do nothing but write to a table in transactions that are steps, until it is killed. */
final class LedgerWorker {
    static final int ENTRIES = 20;
    static final int CONCURRENCY = 4;

    private static final TriggerOptions TOMORROW = TriggerOptions.none().after(Duration.ofDays(1));

    /** What each transaction triggers, by the name of its entry, and nobody executes: it would take the others' slots. */
    static final Task<Integer, Integer> TELL =
            Task.named("tell", Integer.class, Integer.class).run((number, run) -> number);

    static final Task<Integer, List<String>> BOOK = Task.named(
                    "book", new TypeRef<Integer>() {}, new TypeRef<List<String>>() {})
            .redeliveries(1_000)
            .retry(Retry.fixed(Duration.ZERO).attempts(1_000))
            .run((number, run) -> {
                List<String> entries = new ArrayList<>();
                for (int i = 0; i < ENTRIES; i++) {
                    entries.add(run.transaction("entry", String.class, tx -> {
                        String entry = UUID.randomUUID().toString(); // each call has its own
                        try (PreparedStatement insert =
                                tx.connection().prepareStatement("insert into ledger (run, entry) values (?, ?)")) {
                            insert.setString(1, run.id().toString());
                            insert.setString(2, entry);
                            insert.executeUpdate();
                        }
                        run.trigger(TELL, number, TOMORROW.name(entry));
                        return entry;
                    }));
                    System.out.println(entries.getLast());
                }
                return entries;
            });

    private LedgerWorker() {}

    /** Arguments: the store's URL. Says which entries it has committed. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(BOOK, TELL)
                .concurrency(CONCURRENCY)
                .open()) {
            errand.concurrency();
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}
