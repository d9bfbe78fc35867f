package dev.errand.store.copy;

import java.util.Map;
import java.util.function.Consumer;

/** All that a store keeps, as it is at one moment. Until it is closed nobody writes to the store: whoever wants to waits. */
public interface CopySource extends AutoCloseable {
    /** How much there is. */
    CopyCounts counts();

    /** The highest number a node ever had. */
    long lastNode();

    /** Which version of the code nodes had that said so, by their numbers. */
    Map<Long, String> builds();

    /** The highest version a value ever had. */
    long lastVersion();

    /**
     * Hands over everything, one thing at a time and none of it kept in memory: tasks, queues, then runs in the order of their arrival,
     * then what is said of runs, tokens, values, batches and schedules.
     */
    void forEach(Consumer<Kept> taker);

    @Override
    void close();
}
