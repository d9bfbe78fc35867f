package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.QueueFullException;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The children that a body waits for. Which they are is a step, kept in the commit that triggers them; how they end is kept by the store
 * for the run that awaits them. A step has ended when an attempt has seen the ends of all; a later attempt that finds some which ended
 * unsuccessfully triggers others in their place.
 */
public final class Children {
    /** As of a batch. */
    private static final int MOST = 10_000;

    private final RunId run;
    private final WaitJournal journal;
    private final Waits waits;
    private final Codec codec;

    public Children(RunId run, WaitJournal journal, Waits waits, Codec codec) {
        this.run = run;
        this.journal = journal;
        this.waits = waits;
        this.codec = codec;
    }

    /**
     * Triggers them unless they were, and waits until all have ended.
     *
     * @param children made when they are to be triggered
     * @return how they ended, in order
     */
    public List<AwaitedEnd> await(String name, List<Supplier<NewRun>> children) throws InterruptedException {
        StepNames.require(name);
        if (children.size() > MOST) {
            throw new IllegalArgumentException("%,d children at a time are too many: at most %,d are awaited together"
                    .formatted(children.size(), MOST));
        }
        waits.requireMayWait("'" + name + "' was not triggered");
        Place here = waits.here();
        Function<Occurrences.One, String> key = one -> here.key(StepKey.child(one.name(name), one.number()));
        Made made = new Made(children);
        Occurrences.One one = here.occurrences("child:" + name)
                .next(() -> said(made.runs()), journal.mayRepeat(here), each -> journal.find(key.apply(each)));
        try {
            return await(key.apply(one), name, one.before(), made);
        } catch (StoreException e) {
            one.takeBack();
            throw e;
        } catch (QueueFullException e) {
            one.refused(said(made.runs()));
            throw e;
        }
    }

    /** Children that are made when somebody asks for them, and once. */
    private static final class Made {
        private final List<Supplier<NewRun>> children;
        private @Nullable List<NewRun> runs;

        private Made(List<Supplier<NewRun>> children) {
            this.children = children;
        }

        private int size() {
            return children.size();
        }

        private List<NewRun> runs() {
            if (runs == null) {
                runs = children.stream().map(Supplier::get).toList();
            }
            return runs;
        }
    }

    /** What tells them from others that are refused: the same whenever they are made. When they are to start is another each time. */
    private byte[] said(List<NewRun> children) {
        StringBuilder said = new StringBuilder();
        for (NewRun run : children) {
            String payload = Occurrences.hash(codec.ordered(run.payload()));
            said.append(List.of(
                    run.task(), String.valueOf(run.name()), run.tags(), run.priority(), run.options(), payload));
        }
        return said.toString().getBytes(StandardCharsets.UTF_8);
    }

    private List<AwaitedEnd> await(String key, String name, @Nullable StepEntry entry, Made children) {
        if (entry == null && children.size() == 0) {
            return List.of();
        }
        if (entry == null) {
            List<NewRun> runs = children.runs();
            throw triggered(key, name, runs.stream().map(NewRun::id).toList(), runs);
        }
        List<RunId> ids = ids(entry, children.size());
        Map<RunId, AwaitedEnd> ends = new HashMap<>();
        journal.ends(ids).forEach(end -> ends.put(end.run(), end));
        if (entry.endedAt() != null && entry.attempt() < journal.attempt()) {
            Map<RunId, NewRun> instead = instead(ids, ends, children.children);
            if (!instead.isEmpty()) {
                List<RunId> all = ids.stream()
                        .map(id -> instead.containsKey(id) ? instead.get(id).id() : id)
                        .toList();
                throw triggered(key, name, all, List.copyOf(instead.values()));
            }
        }
        if (ends.size() < ids.size()) {
            throw suspended(
                    key, ids.stream().filter(id -> !ends.containsKey(id)).toList());
        }
        waits.passed(key);
        if (entry.endedAt() == null) {
            journal.keep(journal.entry(key, name, waits.now(), entry.result()));
        }
        return ids.stream().map(ends::get).toList();
    }

    /** Others for those that ended unsuccessfully. */
    private static Map<RunId, NewRun> instead(
            List<RunId> ids, Map<RunId, AwaitedEnd> ends, List<Supplier<NewRun>> children) {
        Map<RunId, NewRun> instead = new LinkedHashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            AwaitedEnd end = ends.get(ids.get(i));
            if (end != null && end.state() != RunState.COMPLETED) {
                instead.put(ids.get(i), children.get(i).get());
            }
        }
        return instead;
    }

    /** @param runs those that are new */
    private Suspension triggered(String key, String name, List<RunId> all, List<NewRun> runs) {
        StepEntry entry = journal.entry(key, name, null, written(all));
        if (journal.spawn(entry, runs, true) == Receipt.LOST) {
            throw new ClaimLostException(run);
        }
        return suspended(key, all);
    }

    /** @param open those that have not ended: of several that a body waits for, one that has would end the wait at once */
    private Suspension suspended(String key, List<RunId> open) {
        return waits.suspended(key, List.of(), null, new Report.Awaits(open, List.of(), false));
    }

    private byte[] written(List<RunId> ids) {
        try {
            return codec.write(ids.stream().map(RunId::toString).toList());
        } catch (UnfitException e) {
            throw new IllegalStateException("Ids can be written", e);
        }
    }

    private List<RunId> ids(StepEntry entry, int wanted) {
        List<RunId> ids = read(entry);
        if (ids.size() != wanted) {
            throw new IllegalStateException(
                    "Run %s triggered %d children as '%s' and now wants %d there. What a body asks for again must be the same; give the new ones another name"
                            .formatted(run, ids.size(), entry.name(), wanted));
        }
        return ids;
    }

    private List<RunId> read(StepEntry entry) {
        byte[] json = Objects.requireNonNull(entry.result(), "children have ids");
        try {
            String[] ids = (String[]) Objects.requireNonNull(codec.read(json, String[].class));
            return Stream.of(ids).map(RunId::of).toList();
        } catch (UnfitException e) {
            throw new IllegalStateException(
                    "Which children run %s triggered as '%s' cannot be read: %s"
                            .formatted(run, entry.name(), e.reason()),
                    e);
        }
    }
}
