package dev.errand;

import java.io.InputStream;
import java.time.Instant;

/** Bytes that are kept under a name for a while, as they were when somebody asked for them. */
public interface Blob {
    String name();

    /** What the bytes are, in the words of who stored them: {@code application/json}. */
    String type();

    /** How many bytes there are. */
    long size();

    Instant createdAt();

    /** From when on they are found no more. */
    Instant keptUntil();

    /**
     * The bytes, fetched from the store bit by bit as they are read. Each call begins anew; the stream need not be closed.
     *
     * @return a stream for one thread; it throws an IOException where bytes have gone, since other bytes were stored under the name, or their
     *     time has passed, and a {@link StoreException} where the store cannot be reached
     */
    InputStream open();
}
