package dev.errand.store;

import java.time.Instant;
import java.util.Optional;

/**
 * Bytes under names, in pieces. The pieces are written first, where nobody finds them; then they are published under a name, all at once. What is
 * sent twice changes nothing.
 */
public interface BlobStore {
    /**
     * What is published under a name.
     *
     * @param id of its pieces; nobody else's
     * @param size of all pieces together
     * @param until when it may be deleted
     */
    record Entry(String name, String id, String type, long size, Instant createdAt, Instant until) {}

    /**
     * Stores a piece.
     *
     * @param number from 0
     * @param until when it may be deleted, published or not
     */
    void write(String id, int number, byte[] piece, Instant until);

    /** Has the pieces found under the entry's name, and deletes those that were. */
    void publish(Entry entry);

    /** Whatever is published under a name, though its time has passed. */
    Optional<Entry> find(String name);

    /** A piece; empty if it was deleted. */
    Optional<byte[]> read(String id, int number);

    /** Deletes pieces that will not be published. */
    void discard(String id);

    /** Deletes what is published under a name. Answers whether there was something, past its time or not. */
    boolean delete(String name);

    /**
     * Deletes what is past its time by the store's clock.
     *
     * @param limit how many pieces at most
     * @return how many pieces were deleted
     */
    int prune(int limit);
}
