package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.NodeInfo;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.chaos.Point.Deed;
import dev.errand.chaos.Point.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A walk through the points of a run: one run after another, each by a process to which something happens at the next point. All are
 * to end as one to which nothing happens.
 */
final class CrashWalk implements AutoCloseable {
    /** What to do with a run at a point, until it has ended. */
    interface Blow {
        Passage at(Point point) throws Exception;
    }

    /** @param passed whether the run passed the point; if not, nothing happened to it */
    record Passage(Run<?> run, boolean passed) {}

    /** What to do while another process carries out a run. */
    interface Meanwhile {
        void act() throws Exception;
    }

    /** Whose code is called for what a branch keeps when it begins to wait. */
    private static final String NOBODY = "";

    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Stand stand;
    private final Path calls;
    private final Errand watches;
    private final Map<String, Integer> ends = new ConcurrentHashMap<>();
    private final List<Point> points;
    private final Ending calm;
    private final Approver approver;

    /** Sees first how a run ends to which nothing happens, and which points it passes. */
    CrashWalk(Stand stand) throws Exception {
        this.stand = stand;
        calls = stand.folder().resolve("calls.txt");
        watches = Errand.builder().store(stand.url()).concurrency(0).open();
        watches.on(EventFilter.named(Event.STATE), event -> {
            if (event.isEnd()) {
                ends.merge(event.run().toString(), 1, Integer::sum);
            }
        });
        approver = new Approver(watches);
        stand.execute("create table ledger (run varchar(40))");
        try (PointedProcess process = start()) {
            process.arm(null, null);
            Run<?> run = trigger();
            run.result(PATIENCE);
            points = process.passed();
            calm = Ending.of(run, stand);
            assertThat(calm.state()).isEqualTo(RunState.COMPLETED);
            assertThat(calm.rows()).isEqualTo(1);
            assertThat(points).extracting(Point::deed).contains(Deed.values());
        }
    }

    PointedProcess start() throws IOException, InterruptedException {
        return new PointedProcess(stand, calls);
    }

    Run<?> trigger() {
        return watches.trigger(PointedProcess.TASK, "");
    }

    /** Lets another process, this one, do what is left of it. */
    void finish(Run<?> run) throws Exception {
        finish(run, () -> {});
    }

    /** @param meanwhile done once the run is the other's, or nobody's */
    void finish(Run<?> run, Meanwhile meanwhile) throws Exception {
        try (Errand other = Errand.builder()
                .store(stand.url())
                .tasks(PointedProcess.tasks(new Points(), calls))
                .concurrency(1)
                .open()) {
            long number = other.nodes().stream()
                    .filter(node -> node.pid() == ProcessHandle.current().pid() && node.concurrency() == 1)
                    .mapToLong(NodeInfo::number)
                    .max()
                    .orElseThrow();
            await(
                    run,
                    info -> info.endedAt() != null
                            || info.state() == RunState.WAITING
                            || Objects.equals(info.node(), number));
            meanwhile.act();
            other.run(run.id()).result(PATIENCE);
        }
    }

    private static void await(Run<?> run, Predicate<RunInfo> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (RunInfo info = run.info(); !condition.test(info); info = run.info()) {
            assertThat(System.nanoTime()).as("it goes on: %s", info).isLessThan(deadline);
            Cluster.pass(Duration.ofMillis(1));
        }
    }

    /** All of them; or else, of the ends and of those at which something is done first, every tenth, and on the other store others. */
    List<Point> points() {
        if (Effort.full()) {
            return points;
        }
        List<Point> first = points.stream()
                .filter(point -> point.time() == 1 || point.deed() == Deed.END)
                .toList();
        return IntStream.range(0, first.size())
                .filter(i -> i % 10 == (stand.isSqlite() ? 0 : 5))
                .mapToObj(first::get)
                .toList();
    }

    /** From when the code of a step is called until it is known what it returned. */
    Set<Point> inside(Deed begins, Deed ends) {
        int first = indexOf(Side.AFTER, begins, 0);
        return Set.copyOf(points.subList(first, indexOf(Side.BEFORE, ends, first) + 1));
    }

    private int indexOf(Side side, Deed deed, int from) {
        for (int i = from; i < points.size(); i++) {
            if (points.get(i).is(side, deed)) {
                return i;
            }
        }
        throw new AssertionError("%s %s after %d of %s".formatted(side, deed, from, points));
    }

    /** Past points after which the process does not go on with the run. Answers which of them no run passed again. */
    List<Point> walk(List<Point> chosen, Blow blow) throws Exception {
        return walk(chosen, inside(Deed.BEGIN, Deed.KEEP), Set.of(), blow);
    }

    /**
     * Past points after which it does. A transaction that the store fails fails its attempt, also where the store was away before, and has
     * not come back when the transaction begins, which is soon after the body was called.
     */
    List<Point> survive(List<Point> chosen, Blow blow) throws Exception {
        Set<Point> costly = new HashSet<>(inside(Deed.OPEN, Deed.COMMIT));
        int opens = points.indexOf(new Point(Side.BEFORE, Deed.OPEN, 1));
        List<Point> before = points.subList(0, opens + 1);
        int called = IntStream.range(0, opens)
                .filter(i -> points.get(i).is(Side.AFTER, Deed.START))
                .max()
                .orElseThrow();
        costly.addAll(before.subList(called, opens + 1));
        return walk(chosen, Set.of(), costly, blow);
    }

    private List<Point> walk(List<Point> chosen, Set<Point> inTransfer, Set<Point> costly, Blow blow) throws Exception {
        List<String> differences = new ArrayList<>();
        List<Point> missed = Tries.missed(chosen, point -> {
            long children = children();
            Passage passage = blow.at(point);
            Run<?> run = passage.run();
            Ending expected = passage.passed() && inTransfer.contains(point) ? calm.withTransferUnknown() : calm;
            Ending seen = Ending.of(run, stand);
            Ending ending = passage.passed() && costly.contains(point) ? seen.inAnyAttempt() : seen;
            if (!ending.equals(expected)) {
                differences.add("%s:%n  %s%n  not %s; %s"
                        .formatted(point, ending, expected, run.info().failure()));
            }
            checkCalls(run, point, differences);
            if (children() != children + 1) {
                differences.add("%s: %d children".formatted(point, children() - children));
            }
            await(run, info -> ends.containsKey(run.id().toString()));
            return passage.passed();
        });
        assertThat(differences).as(String.join("\n", differences)).isEmpty();
        assertThat(ends.values()).as("how often each was told to have ended").containsOnly(1);
        return missed;
    }

    private long children() {
        return watches.runs(RunQuery.all().tasks(PointedProcess.CHILD).limit(1_000))
                .items()
                .size();
    }

    /** Code that may be called once was called once, and so was what was kept before anything happened; the rest at most twice. */
    private void checkCalls(Run<?> run, Point point, List<String> differences) throws IOException {
        Map<String, Long> made = Files.readAllLines(calls).stream()
                .filter(line -> line.startsWith(run.id() + " "))
                .collect(Collectors.groupingBy(line -> line.substring(line.indexOf(' ') + 1), Collectors.counting()));
        List<String> steps = List.of("charge", "transfer", "book", "ship", NOBODY, "view 0", NOBODY, "view 1");
        int kept = 0;
        for (int i = 0; i < steps.size(); i++) {
            kept = indexOf(Side.AFTER, steps.get(i).equals("book") ? Deed.COMMIT : Deed.KEEP, kept) + 1;
            if (steps.get(i).equals(NOBODY)) {
                continue;
            }
            long most = steps.get(i).equals("transfer") || points.indexOf(point) >= kept - 1 ? 1 : 2;
            long least = steps.get(i).equals("transfer") ? 0 : 1;
            long times = made.getOrDefault(steps.get(i), 0L);
            if (times < least || times > most) {
                differences.add("%s: '%s' was called %d times".formatted(point, steps.get(i), times));
            }
        }
        long times = made.getOrDefault(PointedProcess.CHILD, 0L);
        if (times < 1 || times > (points.indexOf(point) >= indexOf(Side.AFTER, Deed.END, 0) ? 1 : 2)) {
            differences.add("%s: the child was called %d times".formatted(point, times));
        }
    }

    @Override
    public void close() throws InterruptedException {
        approver.close();
        watches.close();
    }
}
