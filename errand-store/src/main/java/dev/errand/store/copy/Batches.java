package dev.errand.store.copy;

import dev.errand.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Hands things over to a target in batches of one kind, neither too many nor too large, and counts them. */
final class Batches implements Consumer<Kept> {
    private static final int MOST = 1_000;
    private static final long LARGEST = 8_000_000;
    private static final long ID_BYTES = 32;

    private final CopyTarget target;
    private final Consumer<CopyCounts> progress;
    private final List<Kept.Task> tasks = new ArrayList<>();
    private final List<Kept.Queue> queues = new ArrayList<>();
    private final List<Kept.Run> runs = new ArrayList<>();
    private final List<Kept.PastAttempt> attempts = new ArrayList<>();
    private final List<Kept.Note> notes = new ArrayList<>();
    private final List<Kept.Emitted> emitted = new ArrayList<>();
    private final List<Kept.Line> lines = new ArrayList<>();
    private final List<Kept.Step> steps = new ArrayList<>();
    private final List<Kept.Token> tokens = new ArrayList<>();
    private final List<Kept.Value> values = new ArrayList<>();
    private final List<Kept.Awaited> awaited = new ArrayList<>();
    private final List<Kept.AwaitedToken> awaitedTokens = new ArrayList<>();
    private final List<Kept.AwaitedValue> awaitedValues = new ArrayList<>();
    private final List<Kept.Watched> watched = new ArrayList<>();
    private final List<Kept.Batched> batches = new ArrayList<>();
    private final List<Kept.Scheduled> schedules = new ArrayList<>();
    private final List<Kept.Key> keys = new ArrayList<>();
    private final List<Kept.Signal> signals = new ArrayList<>();
    private final List<Kept.Published> published = new ArrayList<>();
    private final List<Kept.Subscribed> subscriptions = new ArrayList<>();
    private CopyCounts counts = CopyCounts.NONE;
    private Class<?> kind = Kept.class;
    private int waiting;
    private long bytes;

    Batches(CopyTarget target, Consumer<CopyCounts> progress) {
        this.target = target;
        this.progress = progress;
    }

    @Override
    public void accept(Kept thing) {
        if (waiting == MOST || bytes > LARGEST || thing.getClass() != kind) {
            flush();
            kind = thing.getClass();
        }
        waiting++;
        switch (thing) {
            case Kept.Task task -> tasks.add(task);
            case Kept.Queue queue -> queues.add(queue);
            case Kept.Run run -> add(run);
            case Kept.PastAttempt attempt -> attempts.add(attempt);
            case Kept.Note note -> notes.add(note);
            case Kept.Emitted item -> {
                emitted.add(item);
                bytes += item.item().length;
            }
            case Kept.Key key -> keys.add(key);
            case Kept.Line line -> {
                lines.add(line);
                bytes += line.line().message().length();
            }
            case Kept.Step step -> add(step);
            case Kept.Token token -> add(token);
            case Kept.Value value -> add(value);
            case Kept.Signal signal -> {
                signals.add(signal);
                bytes += signal.json().length;
            }
            case Kept.Published value -> {
                published.add(value);
                bytes += value.json().length;
            }
            case Kept.Awaited end -> add(end);
            case Kept.AwaitedToken token -> awaitedTokens.add(token);
            case Kept.AwaitedValue value -> awaitedValues.add(value);
            case Kept.Watched run -> watched.add(run);
            case Kept.Batched batch -> {
                batches.add(batch);
                bytes += batch.members().size() * ID_BYTES;
            }
            case Kept.Scheduled schedule -> schedules.add(schedule);
            case Kept.Subscribed subscription -> subscriptions.add(subscription);
        }
    }

    private void add(Kept.Run run) {
        runs.add(run);
        bytes += run.run().payload().length;
        if (run.standing() instanceof Kept.Ended ended && ended.output() != null) {
            bytes += ended.output().length;
        }
    }

    private void add(Kept.Step kept) {
        steps.add(kept);
        byte[] result = kept.step().result();
        bytes += result == null ? 0 : result.length;
    }

    private void add(Kept.Token kept) {
        tokens.add(kept);
        Json value = kept.info().value();
        bytes += value == null ? 0 : value.text().length();
    }

    private void add(Kept.Value kept) {
        values.add(kept);
        bytes += kept.json().length;
    }

    private void add(Kept.Awaited kept) {
        awaited.add(kept);
        byte[] output = kept.end().output();
        bytes += output == null ? 0 : output.length;
    }

    /** Hands over what waits. */
    void flush() {
        if (waiting == 0) {
            return;
        }
        hand();
        count();
        List.of(
                        tasks,
                        queues,
                        runs,
                        attempts,
                        notes,
                        emitted,
                        lines,
                        steps,
                        tokens,
                        values,
                        awaited,
                        awaitedTokens,
                        awaitedValues,
                        watched,
                        batches,
                        schedules,
                        keys,
                        signals,
                        published,
                        subscriptions)
                .forEach(List::clear);
        waiting = 0;
        bytes = 0;
        progress.accept(counts);
    }

    private void hand() {
        if (!tasks.isEmpty()) {
            target.tasks(tasks);
        } else if (!queues.isEmpty()) {
            target.queues(queues);
        } else if (!runs.isEmpty()) {
            target.runs(runs);
        } else if (!attempts.isEmpty()) {
            target.attempts(attempts);
        } else if (!notes.isEmpty()) {
            target.notes(notes);
        } else if (!emitted.isEmpty()) {
            target.emitted(emitted);
        } else if (!lines.isEmpty()) {
            target.lines(lines);
        } else if (!steps.isEmpty()) {
            target.steps(steps);
        } else if (!tokens.isEmpty()) {
            target.tokens(tokens);
        } else if (!values.isEmpty()) {
            target.values(values);
        } else if (!awaited.isEmpty()) {
            target.awaited(awaited);
        } else if (!awaitedTokens.isEmpty()) {
            target.awaitedTokens(awaitedTokens);
        } else if (!awaitedValues.isEmpty()) {
            target.awaitedValues(awaitedValues);
        } else if (!watched.isEmpty()) {
            target.watched(watched);
        } else if (!batches.isEmpty()) {
            target.batches(batches);
        } else if (!schedules.isEmpty()) {
            target.schedules(schedules);
        } else if (!keys.isEmpty()) {
            target.keys(keys);
        } else if (!signals.isEmpty()) {
            target.signals(signals);
        } else if (!published.isEmpty()) {
            target.published(published);
        } else {
            target.subscriptions(subscriptions);
        }
    }

    private void count() {
        long ended = runs.stream()
                .filter(run -> run.standing() instanceof Kept.Ended)
                .count();
        counts = new CopyCounts(
                counts.tasks() + tasks.size(),
                counts.runs() + runs.size(),
                counts.ended() + ended,
                counts.attempts() + attempts.size(),
                counts.notes() + notes.size(),
                counts.emitted() + emitted.size(),
                counts.lines() + lines.size(),
                counts.steps() + steps.size(),
                counts.tokens() + tokens.size(),
                counts.values() + values.size(),
                counts.awaited() + awaited.size() + awaitedTokens.size() + awaitedValues.size() + watched.size(),
                counts.batches() + batches.size(),
                counts.schedules() + schedules.size(),
                counts.keys() + keys.size(),
                counts.signals() + signals.size(),
                counts.published() + published.size(),
                counts.subscriptions() + subscriptions.size());
    }

    /** How much was handed over. */
    CopyCounts counts() {
        return counts;
    }
}
