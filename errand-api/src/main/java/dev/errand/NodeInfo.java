package dev.errand;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A living engine process on the store.
 *
 * @param number unique for ever; a process that restarts gets a new one
 * @param concurrency how many attempts it makes at a time; 0 for one that only triggers and watches
 * @param tasks the ids whose code it has, aliases included, sorted
 * @param queues those it works on, sorted; none for all, and for what is in no queue
 * @param budget what the machines of its attempts may sum up to; null if it did not say
 * @param version of its code, as its {@linkplain ErrandBuilder#version builder} said; null if it said none
 * @param self whether this is the asking engine
 */
public record NodeInfo(
        long number,
        String name,
        long pid,
        int concurrency,
        Instant startedAt,
        List<String> tasks,
        List<String> queues,
        @Nullable Machine budget,
        @Nullable String version,
        boolean self) {

    public NodeInfo {
        tasks = List.copyOf(tasks);
        queues = List.copyOf(queues);
    }
}
