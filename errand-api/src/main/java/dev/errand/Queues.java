package dev.errand;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queues of a store, and their limits, for operators: what is changed here holds on all nodes from then on, and outlives deploys.
 * Names ignore case; {@code task/} and a task's id names what holds for all runs of that task, whatever queue they are in.
 */
public interface Queues {
    /** All that were declared, by name; those of tasks last. */
    List<QueueInfo> list();

    /**
     * Where runs wait that nobody has claimed, of each queue and key by itself; first those lines whose first run waits longest. It looks at all
     * that is queued, so it is for people who ask, not for each second.
     *
     * @param limit lines at most, from 1 to 1000
     * @throws IllegalArgumentException for another limit
     */
    List<QueueLine> lines(int limit);

    /**
     * One of them.
     *
     * @throws QueueNotFoundException if nobody declared it
     */
    QueueInfo get(String name);

    /**
     * What waits, queue by queue, the longest first; of queues that nobody declared too. It costs a look at each, so it is to be asked every
     * some seconds, not more often.
     *
     * @throws UnsupportedOperationException if there is no engine in this process
     */
    default List<QueueBacklog> backlog() {
        throw new UnsupportedOperationException("what waits is told by an engine in this process only");
    }

    /**
     * Starts nothing of it any more, until {@link #resume}; what executes goes on.
     *
     * @throws QueueNotFoundException if nobody declared it
     */
    void pause(String name);

    /**
     * Undoes {@link #pause}.
     *
     * @throws QueueNotFoundException if nobody declared it
     */
    void resume(String name);

    /**
     * Sets other limits than were declared, which are kept: where these say nothing, those hold; {@link Limits#UNLIMITED} and
     * {@link Rate#UNLIMITED} lift them. Ends nothing that executes.
     *
     * @throws QueueNotFoundException if nobody declared it
     */
    void limit(String name, Limits override);

    /**
     * Sets how many of its runs may execute at a time, and leaves what else is set instead of the declared limits as it is, also if others
     * set that just then.
     *
     * @param concurrency null to make the declared number hold again
     * @throws QueueNotFoundException if nobody declared it
     * @throws IllegalArgumentException if it is negative
     */
    void limitConcurrency(String name, @Nullable Integer concurrency);

    /**
     * Makes the declared limits hold again.
     *
     * @throws QueueNotFoundException if nobody declared it
     */
    void reset(String name);
}
