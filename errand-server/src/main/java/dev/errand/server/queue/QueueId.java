package dev.errand.server.queue;

import dev.errand.server.call.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** The id of a queue: its name, which is what a store knows it by, in letters that need no encoding anywhere. */
final class QueueId {
    private static final String PREFIX = "queue_";

    private QueueId() {}

    /** @param name in whatever case: names of queues ignore it, and who declares one anew may write it otherwise */
    static String of(String name) {
        byte[] key = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    /**
     * The name of the queue that has this id.
     *
     * @throws Problem 404 if none can have it
     */
    static String name(String id) {
        String name = id.startsWith(PREFIX) ? decoded(id.substring(PREFIX.length())) : "";
        if (!of(name).equals(id)) {
            throw AskedQueue.unknown();
        }
        return name;
    }

    private static String decoded(String letters) {
        try {
            return new String(Base64.getUrlDecoder().decode(letters), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw AskedQueue.unknown();
        }
    }
}
