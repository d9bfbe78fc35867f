package dev.errand;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Bytes that are too large for a message, kept in the store under a name until somebody has fetched them: payloads that clients of the HTTP API
 * send ahead of their trigger. Any thread may call it.
 */
public interface Blobs {
    /** The longest name, in characters. */
    int LONGEST_NAME = 512;

    /**
     * Keeps bytes under a name, in place of those that were. They are found once all of them are stored.
     *
     * @param name 1 to {@value #LONGEST_NAME} characters, none of them a control character; told apart by each of them
     * @param type what the bytes are, 1 to 255 printable characters of ASCII
     * @param life how long they are kept, more than zero
     * @param bytes read to the end, a little at a time, and not closed
     * @throws IllegalArgumentException if the name, the type or the life is none; nothing was read
     * @throws IOException if the bytes could not be read; what was there stays
     * @throws StoreException if they could not be stored; either what was there is found or what was to be
     */
    Blob put(String name, String type, Duration life, InputStream bytes) throws IOException;

    /** What is kept under a name; empty if there is nothing, or its time has passed. */
    Optional<Blob> find(String name);

    /** Forgets what is kept under a name. Answers whether there was something. */
    boolean delete(String name);
}
