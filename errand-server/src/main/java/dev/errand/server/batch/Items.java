package dev.errand.server.batch;

import dev.errand.BatchItem;
import dev.errand.Blobs;
import dev.errand.TriggerRequest;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.wire.TriggerFields;

/** Items of a batch as clients write them: {@code {"index": 0, "task": …, "payload": …, "options": {…}}}. */
final class Items {
    private static final int IMPOSSIBLE = 422;

    private final Caller caller;
    private final Blobs blobs;
    private final int size;
    private int read;

    /**
     * @param blobs where packets are that an item names
     * @param size how many the batch is to have
     */
    Items(Caller caller, Blobs blobs, int size) {
        this.caller = caller;
        this.blobs = blobs;
        this.size = size;
    }

    /**
     * Reads the next one. Options that no run can have are the item's own fault, as a task would be that there is none of: it is refused by itself,
     * and the others are not.
     *
     * @throws Problem 400 for what cannot be understood, 403 if the caller may not trigger that task, 422 if there is no such place in the batch
     */
    BatchItem read(byte[] line) {
        Fields item = Fields.read(line, "items[" + read++ + "]");
        int index = index(item);
        String task = item.someText("task");
        caller.require("batchTrigger", "tasks", task);
        try {
            TriggerFields trigger = TriggerFields.read(item, task, blobs);
            return BatchItem.of(index, new TriggerRequest(task, trigger.payload(), trigger.options()));
        } catch (Problem problem) {
            if (problem.answer().status() != IMPOSSIBLE) {
                throw problem;
            }
            return new BatchItem.Refused(index, task, String.valueOf(problem.getMessage()));
        }
    }

    private int index(Fields item) {
        Integer index = item.wholeNumber("index", 0, Integer.MAX_VALUE);
        if (index == null) {
            throw item.refused("index", "a whole number is needed, and missing");
        }
        if (index >= size) {
            throw Problem.impossible(
                    item.place("index"),
                    "%s: %,d is beyond the batch, which has %,d items, from 0 on"
                            .formatted(item.place("index"), index, size));
        }
        return index;
    }

    /** Of a stream without any, who may send it is decided by what he may send. */
    void requireSome() {
        if (read == 0) {
            caller.require("batchTrigger", "tasks", "");
        }
    }
}
