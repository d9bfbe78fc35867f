package dev.errand.engine.batch;

import dev.errand.BatchId;
import dev.errand.BatchItem;
import dev.errand.BatchNotFoundException;
import dev.errand.BatchOptions;
import dev.errand.Batches;
import dev.errand.InvalidPayloadException;
import dev.errand.QueueNotFoundException;
import dev.errand.RunId;
import dev.errand.TaskNotFoundException;
import dev.errand.TriggerRequest;
import dev.errand.engine.attempt.Inside;
import dev.errand.engine.trigger.Origin;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.BatchEntry;
import dev.errand.store.BatchStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewItem;
import dev.errand.store.NewRun;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Batches that are filled bit by bit: makes of each item a run, or says why there is none, and has the store take them. */
public final class OpenedBatches implements Batches {
    private final BatchStore store;
    private final Batching batching;
    private final Triggers triggers;
    private final Clock clock;
    private final Function<BatchId, BatchEntry> lookup;
    private final Consumer<List<NewRun>> stored;

    /**
     * @param lookup throws if there is no such batch
     * @param stored is told of runs that may be stored now
     */
    public OpenedBatches(
            BatchStore store,
            Batching batching,
            Triggers triggers,
            Clock clock,
            Function<BatchId, BatchEntry> lookup,
            Consumer<List<NewRun>> stored) {
        this.store = store;
        this.batching = batching;
        this.triggers = triggers;
        this.clock = clock;
        this.lookup = lookup;
        this.stored = stored;
    }

    @Override
    public Opened open(int size, BatchOptions options) {
        BatchStore.Opened opened = store.open(batching.open(size, options, Inside.origin()));
        return new Opened(opened.batch().id(), opened.batch().size(), opened.hit());
    }

    @Override
    public Filling filling(BatchId batch) {
        BatchEntry entry = lookup.apply(batch);
        return new Filling(0, 0, entry.came(), entry.size());
    }

    @Override
    public Filling fill(BatchId batch, List<BatchItem> items) {
        BatchEntry entry = lookup.apply(batch);
        for (BatchItem item : items) {
            if (item.index() < 0 || item.index() >= entry.size()) {
                throw new IllegalArgumentException("index %,d is beyond the batch, which has %,d items, from 0 on"
                        .formatted(item.index(), entry.size()));
            }
        }
        BatchStore.Filled filled = store(batch, made(batch, items));
        if (filled.givenUp()) {
            throw new IllegalArgumentException(
                    "batch %s was given up, since no item came for %d h".formatted(batch, OPEN_FOR.toHours()));
        }
        return new Filling(filled.accepted(), items.size() - filled.accepted(), filled.items(), filled.size());
    }

    /** What is to wait in a queue that nobody declared, of which only the store knows for sure, is refused as well. */
    private BatchStore.Filled store(BatchId batch, List<NewItem> items) {
        List<NewItem> all = items;
        while (true) {
            try {
                BatchStore.Filled filled = store.fill(batch, all).orElseThrow(() -> new BatchNotFoundException(batch));
                stored.accept(runs(all));
                return filled;
            } catch (QueueNotFoundException e) {
                all = without(e, all);
            }
        }
    }

    private static List<NewItem> without(QueueNotFoundException none, List<NewItem> items) {
        List<NewItem> rest = new ArrayList<>(items.size());
        boolean found = false;
        for (NewItem item : items) {
            if (item instanceof NewItem.Wanted(int index, KeyedRun keyed)
                    && none.queue().equalsIgnoreCase(keyed.run().options().queue())) {
                found = true;
                rest.add(refused(index, keyed.run().task(), none, keyed.run().id()));
            } else {
                rest.add(item);
            }
        }
        if (!found) {
            throw none;
        }
        return rest;
    }

    private static List<NewRun> runs(List<NewItem> items) {
        List<NewRun> runs = new ArrayList<>();
        for (NewItem item : items) {
            if (item instanceof NewItem.Wanted wanted) {
                runs.add(wanted.keyed().run());
            }
        }
        return runs;
    }

    // ── items

    private List<NewItem> made(BatchId batch, List<BatchItem> items) {
        Origin origin = Inside.origin();
        List<NewItem> made = new ArrayList<>(items.size());
        for (BatchItem item : items) {
            made.add(
                    switch (item) {
                        case BatchItem.Wanted(int index, TriggerRequest request) -> made(batch, index, request, origin);
                        case BatchItem.Refused refused -> new NewItem.Refused(refused, RunId.next(clock.instant()));
                    });
        }
        return made;
    }

    private NewItem made(BatchId batch, int index, TriggerRequest request, @Nullable Origin origin) {
        try {
            NewRun run = triggers.run(request.task(), request.payload(), request.options(), origin)
                    .in(batch);
            return new NewItem.Wanted(index, triggers.keyed(run, request.options(), origin));
        } catch (TaskNotFoundException | InvalidPayloadException | IllegalArgumentException e) {
            return refused(index, request.task(), e, RunId.next(clock.instant()));
        }
    }

    private static NewItem refused(int index, String task, RuntimeException why, RunId run) {
        return new NewItem.Refused(new BatchItem.Refused(index, task, String.valueOf(why.getMessage())), run);
    }
}
