package dev.errand.cli.batches;

import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Times;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;

/** Shows a batch: how many of its runs are in which state, and its callbacks. */
@Command(name = "show", description = "Show a batch: its runs by state, and its callbacks.")
public final class BatchesShow extends StoreCommand {
    @Parameters(paramLabel = "ID", converter = Id.class, description = "The batch, as batch_… and 26 characters.")
    private BatchId id = new BatchId(0, 0);

    public BatchesShow(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        BatchInfo batch = errand.batch(id).info();
        if (json) {
            console.json(batch);
        } else {
            print(batch);
        }
        return Exit.OK;
    }

    private void print(BatchInfo batch) {
        Times times = new Times();
        put("id", batch.id());
        put("name", batch.name());
        put("created", times.full(batch.createdAt()));
        put("runs", batch.size() + ", " + batch.ended() + " ended");
        batch.states().forEach((state, count) -> put("  " + state, count));
        put("  deleted", batch.gone() == 0 ? null : batch.gone());
        put("failed", batch.failedAt() == null ? null : times.full(batch.failedAt()));
        put("complete", batch.completedAt() == null ? null : times.full(batch.completedAt()));
        put("on failure", callback(batch.onFailure(), batch.failureRun()));
        put("on complete", callback(batch.onComplete(), batch.completionRun()));
    }

    private static @Nullable String callback(@Nullable String task, @Nullable Object run) {
        return task == null ? null : task + (run == null ? "" : " as " + run);
    }

    private void put(String name, @Nullable Object value) {
        if (value != null) {
            console.line("%-13s %s".formatted(name, value));
        }
    }

    /** Reads a batch's id. */
    static final class Id implements ITypeConverter<BatchId> {
        @Override
        public BatchId convert(String text) {
            return BatchId.of(text);
        }
    }
}
