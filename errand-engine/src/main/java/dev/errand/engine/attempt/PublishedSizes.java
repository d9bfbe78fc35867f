package dev.errand.engine.attempt;

import dev.errand.PublishedValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** How large the values are that a run has published, so that they do not become more than is kept. */
final class PublishedSizes {
    private final Map<String, Integer> bytes = new HashMap<>();
    private long all;

    /** One that is kept already. */
    void count(PublishedValue value) {
        put(value.name(), value.value().text().getBytes(StandardCharsets.UTF_8).length);
    }

    /**
     * One that takes the place of the one before.
     *
     * @throws IllegalArgumentException if that is too much; it does not count then
     */
    void add(String name, int size) {
        if (!bytes.containsKey(name) && bytes.size() == PublishedValue.MOST) {
            throw new IllegalArgumentException(
                    "'%s' was not published: the run has published values under %d names, and no more are kept"
                            .formatted(name, PublishedValue.MOST));
        }
        long sum = all - bytes.getOrDefault(name, 0) + size;
        if (sum > PublishedValue.MOST_BYTES) {
            throw new IllegalArgumentException(
                    "'%s' was not published: it makes the values that the run publishes %,d bytes; at most %,d are kept. Write large data elsewhere and publish where it is"
                            .formatted(name, sum, PublishedValue.MOST_BYTES));
        }
        put(name, size);
    }

    private void put(String name, int size) {
        Integer before = bytes.put(name, size);
        all += size - (before == null ? 0 : before);
    }
}
