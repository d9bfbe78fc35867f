package dev.errand.client;

import dev.errand.BatchId;
import dev.errand.BatchItem;
import dev.errand.BatchOptions;
import dev.errand.Batches;
import dev.errand.Json;
import dev.errand.TriggerOptions;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Batches that are filled bit by bit. Nothing of it is done twice, however often it is sent. */
final class RemoteBatches implements Batches {
    private static final String BATCHES = "batches";

    private final Server server;

    private record Wanted(int size, BatchOptions options) {}

    private record Item(
            int index,
            String task,
            @Nullable Json payload,
            @Nullable TriggerOptions options,
            @Nullable String reason) {
        static Item of(BatchItem item) {
            return switch (item) {
                case BatchItem.Wanted wanted -> of(wanted);
                case BatchItem.Refused refused ->
                    new Item(refused.index(), refused.task(), null, null, refused.reason());
            };
        }

        private static Item of(BatchItem.Wanted item) {
            Triggers.Wanted wanted = Triggers.wanted(item.request());
            return new Item(item.index(), item.request().task(), wanted.payload(), wanted.options(), null);
        }
    }

    private record Items(List<Item> items) {}

    RemoteBatches(Server server) {
        this.server = server;
    }

    @Override
    public Opened open(int size, BatchOptions options) {
        BatchOptions known = options.requestKey() == null
                ? options.requestKey(UUID.randomUUID().toString())
                : options;
        Ask ask = Ask.post(Address.path(BATCHES, "open"), new Wanted(size, known));
        return server.ask(ask.repeated(), Opened.class);
    }

    @Override
    public Filling fill(BatchId batch, List<BatchItem> items) {
        Items wanted = new Items(items.stream().map(Item::of).toList());
        Ask ask = Ask.post(Address.path(BATCHES, batch, "items"), wanted);
        return server.ask(ask.repeated(), Filling.class);
    }

    @Override
    public Filling filling(BatchId batch) {
        return server.ask(Ask.get(Address.path(BATCHES, batch, "items")), Filling.class);
    }
}
