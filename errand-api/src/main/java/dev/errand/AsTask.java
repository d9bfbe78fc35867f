package dev.errand;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a task file, or of a bean of Spring's, a task. The method may take the payload, a {@link RunContext}, both, or
 * nothing; what it returns is the output.
 *
 * <pre>{@code
 * record Photo(String path, int width) {}
 *
 * @AsTask(value = "thumbnail", attempts = 5, timeout = "30s")
 * String thumbnail(Photo photo, RunContext run) throws Exception { … }
 * }</pre>
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface AsTask {
    /** The task's id; the method's name if left out. */
    String value() default "";

    /** One sentence for people. */
    String description() default "";

    /** Former ids, under which it can still be triggered. */
    String[] aliases() default {};

    /** What a number is that is left out. */
    int UNSAID = Integer.MIN_VALUE;

    /** How often the body may be tried in all, the first time included; as {@link ErrandBuilder#retry} says, or 3, if left out. */
    int attempts() default UNSAID;

    /** How often the body may be tried again after the first time: the same said otherwise, and refused beside {@link #attempts}. */
    int maxRetries() default UNSAID;

    /**
     * A fixed delay between attempts, such as {@code 10s}; growing delays from 1 s to 60 s if it is left out and the number of attempts
     * is not.
     */
    String delay() default "";

    /** How long it may take, such as {@code 30s}, {@code 5m}, {@code 1h30m}; no limit if left out. */
    String timeout() default "";

    /** From where the timeout counts. */
    TimeoutFrom timeoutFrom() default TimeoutFrom.START;

    /** How long a run may wait for its first start before it expires, such as {@code 10m}; {@code 0} for no limit; the engine's default if left out. */
    String ttl() default "";

    /** How long an attempt may be active, such as {@code 5m}, at least 5 s; {@code 0} for no limit; the engine's default if left out. */
    String maxDuration() default "";

    /** Whether the body wants a thread of the operating system, for work that computes for long. */
    boolean platformThread() default false;

    /** What its payloads must look like, as a JSON Schema; derived from the payload's type if left out. See {@link PayloadSchema}. */
    String schema() default "";

    /** Errors that end a run at once, see {@link TaskBuilder#declares}. */
    Class<? extends Throwable>[] declares() default {};

    /** Tags a node must have to run it, all of them; any node if left out. */
    String[] nodeTags() default {};

    /**
     * What an attempt takes of its node's budget: a {@link Machine} as it prints, such as {@code small-1x} or {@code 3/6}. A task file
     * with a machine is isolated as well. Nothing if left out.
     */
    String machine() default "";

    /** Whether attempts run in a process of their own; only in task files. */
    boolean isolated() default false;

    /** The larger machine for another attempt after one that ran out of memory; none if left out. */
    String onOutOfMemory() default "";

    /** When it is triggered by itself: cron expressions of five fields, such as {@code 0 2 * * *}; never if left out. */
    String[] cron() default {};

    /** The zone in which {@link #cron} is read, such as {@code Europe/Berlin}; UTC if left out. */
    String zone() default "";
}
