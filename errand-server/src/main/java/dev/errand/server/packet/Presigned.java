package dev.errand.server.packet;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is answered to who wants to store or fetch a packet.
 *
 * @param presignedUrl where, without a key
 * @param storagePath by what a trigger names it; null where it is fetched
 */
record Presigned(String presignedUrl, @Nullable String storagePath) {
    /** How long an address is good: clients use it at once. */
    static final Duration LIFE = Duration.ofMinutes(15);

    /** Of names of packets, in what addresses open. */
    static final String PACKET = "packet/";

    /** Of parts of runs. */
    static final String RUN = "run/";
}
