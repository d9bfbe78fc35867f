package dev.errand;

/** There is no such batch, or none any more. */
public final class BatchNotFoundException extends ErrandException {
    private final transient BatchId batch;

    public BatchNotFoundException(BatchId batch) {
        super("No batch %s in this store; it may have been deleted past its retention".formatted(batch));
        this.batch = batch;
    }

    public BatchId batch() {
        return batch;
    }
}
