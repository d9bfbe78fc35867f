package dev.errand.store.copy;

import java.util.List;
import java.util.Map;

/** An empty store about to be filled, all of it in one transaction: what is not committed never was. */
public interface CopyTarget extends AutoCloseable {
    /** Nodes get higher numbers, so that claims' ids stay unique. */
    void lastNode(long number);

    /** The attempts that are copied were made by nodes with these numbers. */
    void builds(Map<Long, String> versions);

    /** Values get higher versions, so that these stay unique among all there ever were. */
    void lastVersion(long version);

    void tasks(List<Kept.Task> tasks);

    void queues(List<Kept.Queue> queues);

    /** Runs whose tasks and queues are stored, in the order of their arrival. */
    void runs(List<Kept.Run> runs);

    void attempts(List<Kept.PastAttempt> attempts);

    void notes(List<Kept.Note> notes);

    void emitted(List<Kept.Emitted> items);

    void lines(List<Kept.Line> lines);

    void steps(List<Kept.Step> steps);

    void tokens(List<Kept.Token> tokens);

    void values(List<Kept.Value> values);

    void signals(List<Kept.Signal> signals);

    void published(List<Kept.Published> published);

    /** The log begins anew: what they had not passed they have missed. */
    void subscriptions(List<Kept.Subscribed> subscriptions);

    void awaited(List<Kept.Awaited> awaited);

    void awaitedTokens(List<Kept.AwaitedToken> awaited);

    void awaitedValues(List<Kept.AwaitedValue> awaited);

    void watched(List<Kept.Watched> watched);

    void batches(List<Kept.Batched> batches);

    void schedules(List<Kept.Scheduled> schedules);

    /** A key's task is its run's. */
    void keys(List<Kept.Key> keys);

    /** How much there is now, as the store itself counts it. */
    CopyCounts counts();

    void commit();

    /** Forgets all, unless it was committed. */
    @Override
    void close();
}
