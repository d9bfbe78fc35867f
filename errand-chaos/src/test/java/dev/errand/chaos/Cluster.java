package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.NodeInfo;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.chaos.ChaosWorker.Work;
import dev.errand.chaos.Entry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Processes that work on one store, while this one triggers; in the end, what happened is held against what is promised. */
final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** How many of the last runs are waited for as a caller would; of the others the events tell. */
    private static final int AWAITED = 100;

    private static final int CONCURRENCY = 8;
    private static final int PAGE = 1_000;
    private static final int BUSY = 5_000;
    private static final long PAUSE = Duration.ofMillis(Effort.full() ? 15 : 80).toNanos();

    private final String url;
    private final Path file;
    private final Logbook logbook;
    private final Task<Work, String> task;
    private final Errand errand;
    private final List<Node> nodes = new ArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final Map<String, Integer> ends = new ConcurrentHashMap<>();
    private final AtomicLong busy = new AtomicLong();
    private final AtomicInteger refused = new AtomicInteger();
    private final Thread triggering = Thread.ofPlatform().daemon().unstarted(this::trigger);
    private volatile boolean over;

    /** It triggers all the time. */
    Cluster(String url, Path folder) {
        this(url, folder, true);
    }

    /** One in which nothing is triggered but by the test. */
    static Cluster quiet(String url, Path folder) {
        return new Cluster(url, folder, false);
    }

    private Cluster(String url, Path folder, boolean triggers) {
        this.url = url;
        file = folder.resolve("record.txt");
        logbook = new Logbook(file);
        task = ChaosWorker.task(logbook);
        errand = Errand.builder()
                .store(url)
                .tasks(task, ChaosWorker.PLAIN, ChaosWorker.REPORT, LimitedWork.task(logbook))
                .queues(LimitedWork.FEW, LimitedWork.KEYED)
                .concurrency(0)
                .open();
        errand.on(EventFilter.named(Event.STATE), event -> {
            if (event.isEnd() && event.task().equals(ChaosWorker.PLAIN.id())) {
                busy.decrementAndGet();
            } else if (event.isEnd()) {
                ends.merge(event.run().toString(), 1, Integer::sum);
            }
        });
        if (triggers) {
            triggering.start();
        }
    }

    Node start() throws IOException {
        return start(url);
    }

    /** One that reaches the store in its own way. */
    Node start(String through) throws IOException {
        return start(through, Map.of());
    }

    /** One that only triggers, when it is told to. */
    Node startToTrigger(String through) throws IOException {
        Node node = new Node(through, 0, file, Map.of());
        nodes.add(node);
        return node;
    }

    /** One that sees another environment. */
    Node start(String through, Map<String, String> environment) throws IOException {
        Node node = new Node(through, CONCURRENCY, file, environment);
        nodes.add(node);
        return node;
    }

    Errand errand() {
        return errand;
    }

    Task<Work, String> task() {
        return task;
    }

    /** Lets it work for a while under what has been done to it. */
    static void pass(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** Waits until so many more runs have been stored: whatever was done to the store is over. */
    void awaitAcknowledged(int more) {
        int before = acknowledged.get();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged.get() < before + more) {
            assertThat(System.nanoTime()).as("triggers are acknowledged again").isLessThan(deadline);
            pass(Duration.ofMillis(10));
        }
    }

    /** Waits until a trigger has failed from now on. */
    void awaitRefused() {
        int before = refused.get();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (refused.get() == before) {
            assertThat(System.nanoTime()).as("a trigger fails").isLessThan(deadline);
            pass(Duration.ofMillis(10));
        }
    }

    /** Waits until these processes, and no others, work as nodes. */
    void awaitNodes(Long... pids) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Set.of(pids).equals(working())) {
            assertThat(System.nanoTime()).as("nodes are " + errand.nodes()).isLessThan(deadline);
            pass(Duration.ofMillis(100));
        }
    }

    /** Which does not include this process: it only watches. */
    private Set<Long> working() {
        return errand.nodes().stream()
                .filter(node -> node.concurrency() > 0)
                .map(NodeInfo::pid)
                .collect(Collectors.toSet());
    }

    /** Gives the nodes so many runs more that do nothing and are not written down, as soon as they have not too many of them. */
    void drain(List<Integer> numbers) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (busy.get() > BUSY) {
            assertThat(System.nanoTime()).as("nodes work").isLessThan(deadline);
            pass(Duration.ofMillis(1));
        }
        busy.addAndGet(errand.triggerAll(ChaosWorker.PLAIN, numbers).size());
    }

    /** Waits until they have done all of them. */
    void awaitDrained() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (busy.get() > 0) {
            assertThat(System.nanoTime()).as("nodes do what is left").isLessThan(deadline);
            pass(Duration.ofMillis(1));
        }
    }

    Run<?> delayed(Duration delay) {
        Run<?> run = errand.trigger(task, new Work(1), TriggerOptions.none().after(delay));
        acknowledge(run);
        return run;
    }

    private void trigger() {
        long seed = 0;
        while (!over) {
            try {
                List<Work> works = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    works.add(new Work(seed++));
                }
                errand.triggerAll(task, works).forEach(this::acknowledge);
                acknowledge(errand.trigger(task, new Work(seed++)));
            } catch (StoreException e) {
                refused.incrementAndGet(); // not acknowledged: nothing is promised
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** The caller has been told that it is stored. */
    void acknowledge(Run<?> run) {
        logbook.add(Kind.TRIGGERED, 0, run.id(), "");
        acknowledged.incrementAndGet();
    }

    /** Stops to trigger, waits for all ends, and judges. What it answers says how it went, as columns of a table. */
    String verdict() throws InterruptedException {
        over = true;
        triggering.join(PATIENCE.toMillis());
        Map<RunState, Long> states = awaitEnds();
        List<Entry> entries = logbook.entries();
        History history = new History(entries);
        List<String> violations = history.violations(ends);
        assertThat(violations).as("broken promises: %s", violations).isEmpty();
        return "%,d | %s | %,d | %,d | %d"
                .formatted(
                        history.count(Kind.TRIGGERED),
                        states,
                        history.count(Kind.BEGAN) + history.count(Kind.ENTERED),
                        history.count(Kind.LOST),
                        violations.size());
    }

    /** The attempts whose bodies have begun, each as its run and its number. */
    List<String> begun() {
        return logbook.entries().stream()
                .filter(entry -> entry.is(Kind.BEGAN))
                .map(entry -> entry.run() + " " + entry.detail())
                .toList();
    }

    /** Which bodies of limited runs were alive at a time. */
    Occupancy occupancy() {
        return new Occupancy(logbook.entries());
    }

    /** How long what killed nodes held was nobody's. */
    Recoveries recoveries() {
        return new Recoveries(logbook.entries());
    }

    /** Waits until something has happened to a run in a node. */
    Entry await(Kind kind, RunId run, Node node) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (Entry entry : logbook.entries()) {
                if (entry.is(kind) && entry.run().equals(run.toString()) && entry.pid() == node.pid()) {
                    return entry;
                }
            }
            assertThat(System.nanoTime()).as("%s in a node", kind).isLessThan(deadline);
            pass(Duration.ofMillis(50));
        }
    }

    /** A body that takes so long unless it is interrupted, for the verdict of no account. */
    Run<?> occupy(Duration time) {
        TriggerOptions few = TriggerOptions.none().queue(LimitedWork.FEW.name());
        LimitedWork work = new LimitedWork(LimitedWork.FEW.name(), Math.toIntExact(time.toMillis()));
        return errand.trigger(LimitedWork.task(logbook), work, few);
    }

    private Map<RunState, Long> awaitEnds() throws InterruptedException {
        List<RunId> triggered = logbook.entries().stream()
                .filter(entry -> entry.is(Kind.TRIGGERED))
                .map(entry -> RunId.of(entry.run()))
                .toList();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (RunId id : triggered.subList(Math.max(0, triggered.size() - AWAITED), triggered.size())) {
            errand.run(id).result(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
        while (triggered.stream().anyMatch(id -> !ends.containsKey(id.toString())) && System.nanoTime() < deadline) {
            pass(Duration.ofMillis(20));
        }
        List<RunInfo> runs = new ArrayList<>();
        for (int i = 0; i < triggered.size(); i += PAGE) {
            RunId[] page =
                    triggered.subList(i, Math.min(i + PAGE, triggered.size())).toArray(RunId[]::new);
            runs.addAll(errand.runs(RunQuery.all().ids(page).limit(PAGE)).items());
        }
        assertThat(runs).as("runs that were acknowledged").hasSameSizeAs(triggered);
        assertThat(runs.stream().filter(run -> run.state() != RunState.COMPLETED && run.state() != RunState.CRASHED))
                .as("ended otherwise than they should")
                .isEmpty();
        return runs.stream().collect(Collectors.groupingBy(RunInfo::state, TreeMap::new, Collectors.counting()));
    }

    /** Keeps a table row of a test among what the check reports. */
    static void note(String file, String heading, String row) throws IOException {
        Path notes = Files.createDirectories(Path.of("target", "check-notes")).resolve(file);
        String text = "\n## " + heading + "\n\n"
                + "| what was done | acknowledged runs | ended | bodies begun | outcomes refused | promises broken |\n"
                + "| --- | ---: | --- | ---: | ---: | ---: |\n| " + row + " |\n";
        Files.writeString(notes, text);
        System.out.print(text);
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Node node : nodes) {
            node.kill();
        }
        errand.close();
    }
}
