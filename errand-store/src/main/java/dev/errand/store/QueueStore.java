package dev.errand.store;

import dev.errand.Limits;
import dev.errand.QueueBacklog;
import dev.errand.QueueInfo;
import dev.errand.QueueLine;
import dev.errand.RunId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The part of the store that knows queues and limits. A claim keeps them exactly, over all nodes: no more runs than a limit allows are
 * claimed, or those that are claimed ahead carry a {@link Share}. What a node held that died counts until it is recovered.
 *
 * <p>A run is in the queue that its options name, else in a line of its task's own; the queue {@code task/} and an id stands for all
 * runs of that task.
 */
public interface QueueStore {
    /** Declares queues by name, ignoring case; what operators said of them stays. */
    void declare(List<QueueEntry> queues);

    /** All that were declared: by name, those of tasks last. */
    List<QueueInfo> all();

    Optional<QueueInfo> find(String name);

    /** What waits, queue by queue, in no order; nothing of those where nothing does. Those of which nobody said anything are lines of tasks. */
    List<QueueBacklog> backlog();

    /** Whether there is such a queue. From when this returns, nothing of a paused one is claimed by any node. */
    boolean pause(String name, boolean paused);

    /**
     * Sets limits instead of those declared, or with null lets those hold again. Holds for all claims from when this returns.
     *
     * @return whether there is such a queue
     */
    boolean override(String name, @Nullable Limits limits);

    /**
     * Sets limits that are made from those that were set instead of the declared ones, which nobody else changes meanwhile.
     *
     * @param change is given {@link Limits#none()} where there were none, and gives that to have none; may be asked more than once
     * @return whether there is such a queue
     */
    boolean change(String name, UnaryOperator<Limits> change);

    /** The names of those that are paused, in lower case, as far as this process knows; its commit listener hears of changes. */
    Set<String> paused();

    /** What a queued run that nobody holds waits for, in words: a paused queue or a limit; empty if for none of them. */
    Optional<String> obstacle(RunId run);

    /** Lines in which runs wait that nobody has claimed, at most so many; first those whose first run waits longest. */
    List<QueueLine> lines(int limit);
}
