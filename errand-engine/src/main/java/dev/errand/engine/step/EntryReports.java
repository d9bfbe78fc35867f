package dev.errand.engine.step;

import dev.errand.engine.record.Recorder;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What an attempt brings to its run's journal, until it is settled: whoever waits for a receipt then, or asks later, hears LOST. */
final class EntryReports {
    private final Claim claim;
    private final Recorder recorder;
    private final Consumer<Receipt> heard;
    private final Map<Integer, CompletableFuture<Receipt>> awaited = new ConcurrentHashMap<>();
    private int reports;
    private volatile boolean settled;

    /** @param heard told what the store says to each report, before anybody else is */
    EntryReports(Claim claim, Recorder recorder, Consumer<Receipt> heard) {
        this.claim = claim;
        this.recorder = recorder;
        this.heard = heard;
    }

    boolean isSettled() {
        return settled;
    }

    /** Is kept in the order of calls, which are made one at a time. */
    CompletableFuture<Receipt> record(StepEntry entry) {
        return record(entry, null);
    }

    /** @param signal the position of the one that it has received; null for none */
    CompletableFuture<Receipt> record(StepEntry entry, @Nullable Long signal) {
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        int number = ++reports;
        awaited.put(number, receipt);
        if (settled) {
            receipt.complete(Receipt.LOST);
        } else {
            recorder.record(new Report.Journaled(claim, entry, signal), answer -> {
                heard.accept(answer); // first: the attempt is to know that it is lost before its body does
                awaited.remove(number);
                receipt.complete(answer);
            });
        }
        return receipt;
    }

    /** The attempt is over, or has lost its run: what is not kept by now is not. */
    void settled() {
        settled = true;
        awaited.values().forEach(receipt -> receipt.complete(Receipt.LOST));
    }
}
