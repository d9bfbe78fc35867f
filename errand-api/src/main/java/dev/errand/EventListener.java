package dev.errand;

/** What is to be done about an event. */
@FunctionalInterface
public interface EventListener {
    /**
     * Called after the commit of what the event tells of, so that the run's state and output can be read. One call at a time for each
     * subscription, the events of a run in their order.
     *
     * @throws Exception whatever it throws is counted and kept, see {@link ListenerInfo}; it stops neither the run nor other listeners, nor is this
     *     listener called less for it
     */
    void handle(Event event) throws Exception;
}
