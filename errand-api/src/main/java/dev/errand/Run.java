package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A handle on a run, wherever it executes. It holds nothing but the id: every question is answered by the store, so a handle may
 * be kept, dropped or made again from the id, by any process on the store. Any thread may call it.
 *
 * <p>Methods that read throw {@link RunNotFoundException} when the run was purged or pruned meanwhile, and
 * {@link StoreException} when the store cannot be reached.
 *
 * @param <O> the output's type
 */
public interface Run<O extends @Nullable Object> {
    RunId id();

    /**
     * Whether the trigger that gave this handle stored no new run, since an earlier one answers for it: its idempotency key is held, or
     * its debounce moved a run that waits. False for all other handles.
     */
    boolean isHit();

    /** Everything the store knows about it, at one moment. */
    RunInfo info();

    RunState state();

    /** Its attempts so far, oldest first. */
    List<Attempt> attempts();

    /** Whether it has ended in whatever way. */
    boolean isFinished();

    /** Whether it has ended in any way but well. */
    boolean isFailed();

    /**
     * Waits for the end, through retries, without ever disturbing the run.
     *
     * @return the output
     * @throws RunFailedException if it ended unsuccessfully
     * @throws AwaitTimeoutException if the time passed first; the run goes on
     * @throws IllegalStateException inside a task's body, where waiting would hold a slot
     */
    O await(Duration timeout) throws InterruptedException;

    /** As {@link #await}, with every outcome as an answer. */
    RunResult<O> result(Duration timeout) throws InterruptedException;

    /** The output once the run has ended; fails with {@link RunFailedException}. Cancelling the future leaves the run alone. */
    CompletionStage<O> future();

    /**
     * Waits at most so long, takes what the run has emitted and returned, and disposes of the run: it is stopped if it still
     * executes, and purged.
     *
     * @return null for nothing, the value itself for one, a list for several; as JSON maps to Java (maps, lists, text, numbers)
     */
    @Nullable
    Object consume(Duration timeout) throws InterruptedException;

    /** Calls the handler once when the run has ended, at once if it has, on a thread of the engine's. */
    Subscription onFinish(Consumer<RunResult<O>> handler);

    /** As {@link #onFinish(Consumer)}, on the given executor, for example a user interface's event thread. */
    Subscription onFinish(Consumer<RunResult<O>> handler, Executor executor);

    /**
     * Asks the run to stop. One that is not executing is CANCELED at once. The body of one that is gets interrupted, and the run
     * ends CANCELED whatever the body returns, at the latest 30 s later.
     */
    CancelAnswer cancel();

    /** As {@link #cancel()}, with a reason to be kept. */
    CancelAnswer cancel(String reason);

    /** Starts another attempt now, within the attempts the run may make. */
    RetryAnswer retry();

    /** As {@link #retry()}, also beyond that budget and for any kind of failure, CRASHED included: the operator's override. */
    RetryAnswer forceRetry();

    /**
     * Triggers a new run with the same task, payload, tags and options, and the metadata that its trigger said; without its key, its delay and its
     * time to live. In whatever state it is.
     *
     * @throws InvalidPayloadException if the payload does not fit the task any more
     */
    Run<O> replay();

    /**
     * As {@link #replay()}, but for what the options say. With an idempotency key that is held it is the run that holds it, see {@link #isHit()}.
     *
     * @throws IllegalArgumentException if no run can have such options
     * @throws InvalidPayloadException if the payload does not fit the task
     */
    Run<O> replay(ReplayOptions options);

    /**
     * As {@link #replay()}, from a step on: what is kept of this run from before that step is kept of the new one as well, in the commit that
     * triggers it, as if its first attempt had done it. So its body is called from the beginning, finds there what it finds here, and the
     * step is the first to be called again, with all that follows.
     *
     * <p>Before it are those that {@link #steps()} lists before it. Steps and signals keep their results, sleeps their ends, children their
     * ends and marks their answers; what this run still waits for, the new one waits for anew. Of a loop that has begun before, the latest iteration is kept.
     *
     * @param step its name, the first of those; or its name, {@code #} and the how many-th of that name in the list it is, from 1; or its key
     * @throws StepNotFoundException if nothing is kept of such a step; a step that failed leaves nothing, unless it is called at most once or with retries. {@link #retry()}
     *     goes on where a run has failed
     * @throws InvalidPayloadException if the payload does not fit the task any more
     */
    Run<O> replayFrom(String step);

    /** Moves the start of a run that is DELAYED. */
    RescheduleAnswer reschedule(Instant due);

    /** Deletes the run and all its traces; refused while its body runs. Harmless when it is gone already. */
    PurgeAnswer purge();

    /** Deletes the run and all its traces, interrupting its body first if need be. */
    PurgeAnswer forcePurge();

    /**
     * Adds tags, in whatever state the run is. Those it has already change nothing; its body sees new ones in its next attempt.
     *
     * @return all it has then
     * @throws IllegalArgumentException if it would have more than 10, or one that is not of 1 to 128 characters; nothing was added
     */
    List<String> addTags(String... tags);

    /**
     * Changes its metadata, one after another and all in one commit, in whatever state the run is: of those who do at the same time nobody loses anything.
     * While its body executes, that has metadata of its own; what it changes there is brought in key by key: numbers by what was added, lists by what was appended to
     * them, all else as the body has it. The body sees what others have changed in its next attempt, or when it goes on after a long wait.
     *
     * @return all it has then
     * @throws MetadataTooLargeException if it would be more than 256 KiB as JSON; nothing was changed
     * @throws IllegalArgumentException if a path leads through what is neither an object nor a list, or a value cannot be written as JSON; nothing
     *     was changed
     */
    Map<String, Object> editMetadata(List<MetadataEdit> edits);

    /**
     * As {@link #editMetadata(List)}, together with that of two other runs: all in one commit, or nothing.
     *
     * @param parents changes of the run whose body triggered it; of itself if there is none (any more)
     * @param roots changes of the run at the top of the tree it is in; of itself if there is none (any more)
     * @return its own
     */
    Map<String, Object> editMetadata(List<MetadataEdit> edits, List<MetadataEdit> parents, List<MetadataEdit> roots);

    /** What is kept of its steps, those of all attempts, in the order in which they began. */
    List<Step> steps();

    /** What was sent to it that its body has not received, in the order in which it was sent. */
    List<SignalInfo> signals();

    /** What its body has published, by name; of all attempts, each as it was last. */
    List<PublishedValue> published();

    /**
     * What its body has published last under a name; empty if it has not, or it was null.
     *
     * @throws IllegalStateException if it does not fit the type
     */
    <T> Optional<T> published(String name, Class<T> type);

    /** As {@link #published(String, Class)}, for types with arguments. */
    <T> Optional<T> published(String name, TypeRef<T> type);

    /** What the body emitted, in order; of the latest attempt, and what nobody has {@linkplain #takeEmitted taken}. */
    List<Json> emitted();

    /**
     * What its bodies emitted after a position, oldest first, at most 1,000 items; of all attempts, since each emits anew. It stays there: who
     * reads from 0 again gets all of it again.
     *
     * @param after the {@link EmittedItem#position()} last seen; 0 for the beginning
     */
    List<EmittedItem> emitted(long after);

    /**
     * Takes what its bodies have emitted by now, oldest first, at most 1,000 items: nobody else gets these, and they are kept no longer. Empty if
     * there are none at the moment. Who dies with what he has taken has lost it: {@link #emitted(long)} is for those who must not.
     *
     * @throws StoreException if the store could not be reached; they may be taken or not
     */
    List<EmittedItem> takeEmitted();

    /** Empty if the body reported none. */
    Optional<Progress> progress();

    /** All kept lines of its log, oldest first. */
    List<LogLine> log();

    /**
     * The lines after a position, oldest first, at most 1,000.
     *
     * @param after the {@link LogLine#position()} last seen; 0 for the beginning
     */
    List<LogLine> log(long after);
}
