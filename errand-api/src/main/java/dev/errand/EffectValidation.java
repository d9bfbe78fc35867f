package dev.errand;

/**
 * Whether bodies are executed twice, to find out those that another attempt, or a resumption after a wait, would lead another way; for
 * development and tests. Off unless it is switched on ({@link ErrandBuilder#effectValidation}).
 *
 * <p>Whenever a body has returned, or waits, it is executed again at once, from its beginning, with a payload read anew and a context that
 * answers from memory: whatever the first execution has asked of its run, a step, a transaction, a wait, a trigger, a token, a time, random
 * numbers, it is answered the same again, values as JSON read anew, errors as they were thrown. Nothing is asked of the engine, so
 * that effects are applied once: the code of steps, of transactions and of conditions is not called, nothing is triggered, emitted,
 * raised, published, noted as metadata, logged or shown as progress a second time, and hooks are not called. What comes of the attempt is what came of
 * the first execution.
 *
 * <p><b>What is compared</b>, in order: the calls on the context by their kind, with the names and keys of steps, the names of waits, tokens, loops,
 * branches, events, published values and keys of metadata, and of triggers the task, the payload and the options but those that say when; and how the
 * execution ends: by returning or by an error. Not compared are results of the body, what is emitted, raised or published, and which lines
 * are logged; nor calls of {@link RunContext#progress}, {@link RunContext#log}, {@link RunContext#lock} and {@link ValueContext#value}. Where threads of the body's own call
 * beside it, their calls are compared without order.
 *
 * <p><b>What is executed but once</b>: an execution that throws, since the next attempt repeats it anyway; a body that has ended its run by {@link
 * RunContext#complete}; one that is asked to stop; iterations of a loop but the last; branches that are done. A second execution ends where the first
 * one waits, and in each part of a body after 10,000 calls or 16 MB of answers.
 *
 * <p>Steps of one name without a key that a body calls outside of loops and branches, and that only their order tells apart, are a warning in the
 * log of the run and in that of the process, when the body has returned.
 *
 * <p>What a body does <em>other</em> than by its context, between its steps, happens twice: it writes to files, durable values and other
 * services again, and triggers again what it triggers by {@link Errand#trigger(Task, Object)}. So it does when an attempt follows one
 * that failed, or a wait; here it shows. Locks are taken again. Both executions together have the time that the task gives an attempt.
 */
public enum EffectValidation {
    /** A body that does something else the second time fails its run by a {@link NotReplayableException}, without further attempts. */
    ENABLED,
    /** The same is a warning, in the log of the run and in that of the process; what came of the first execution counts. */
    QUIET,
    /** Each body is executed once. */
    DISABLED
}
