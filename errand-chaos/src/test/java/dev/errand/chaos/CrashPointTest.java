package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.Step;
import dev.errand.Task;
import dev.errand.chaos.CrashWalk.Passage;
import dev.errand.chaos.Point.Deed;
import dev.errand.chaos.Point.Side;
import dev.errand.chaos.Points.Fate;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.PostgresServer.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run with steps, sleeps, a transaction, a loop, branches, conditions, a token, a signal, a child and a run that it watches ends as ever, whatever happens
 * between any two things that are done for it: the process dies, or stands still until another has its run, or the store fails.
 */
@Order(1) // of all classes: it takes longest
@Execution(ExecutionMode.CONCURRENT)
class CrashPointTest {
    @TempDir
    private Path folder;

    private Stand stand(boolean sqlite) {
        return sqlite ? Stand.sqlite(folder) : Stand.postgresql(PostgresServer.shared(), folder);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itDoesWhereverItsProcessDies(boolean sqlite) throws Exception {
        Stand stand = stand(sqlite);
        try (CrashWalk walk = new CrashWalk(stand)) {
            List<Point> points = walk.points();
            List<Point> missed = walk.walk(points, point -> die(walk, point));
            note(stand, "a process dies", points, missed);
        }
    }

    private static Passage die(CrashWalk walk, Point point) throws Exception {
        try (PointedProcess process = walk.start()) {
            process.arm(Fate.DIES, point);
            Run<?> run = walk.trigger();
            boolean passed = process.dies(run);
            if (passed) {
                walk.finish(run);
            }
            return new Passage(run, passed);
        }
    }

    /**
     * It wakes up when the run has ended, or, every other time, while another carries it out. On SQLite it does not stand still while it has the
     * file's lock: nobody could take over from who keeps that.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itDoesWhereverItsProcessStandsStillAndWakesUpTooLate(boolean sqlite) throws Exception {
        Stand stand = stand(sqlite);
        try (CrashWalk walk = new CrashWalk(stand)) {
            Set<Point> locked = sqlite ? walk.inside(Deed.OPEN, Deed.COMMIT) : Set.of();
            List<Point> points = walk.points().stream()
                    .filter(point -> !locked.contains(point))
                    .toList();
            List<Point> missed = walk.walk(points, point -> standStill(walk, point, points.indexOf(point) % 2 == 0));
            note(stand, "a process stands still until another has its run", points, missed);
        }
    }

    private static Passage standStill(CrashWalk walk, Point point, boolean wakesMeanwhile) throws Exception {
        try (PointedProcess process = walk.start()) {
            process.arm(Fate.STANDS, point);
            Run<?> run = walk.trigger();
            if (!process.standsStillAt(point, run)) {
                return new Passage(run, false);
            }
            process.freezeUntilLost();
            if (wakesMeanwhile) {
                walk.finish(run, process::wake);
                process.passed();
            } else {
                walk.finish(run);
                RunInfo before = run.info();
                List<Step> steps = run.steps();
                process.wake();
                process.passed();
                assertThat(run.info()).as("at %s", point).isEqualTo(before);
                assertThat(run.steps()).as("at %s", point).isEqualTo(steps);
            }
            return new Passage(run, true);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itDoesWhereverTheStoreFailsOrItsAnswerIsLost(boolean sqlite) throws Exception {
        Stand stand = stand(sqlite);
        try (CrashWalk walk = new CrashWalk(stand);
                PointedProcess process = walk.start()) {
            List<Point> points =
                    walk.points().stream().filter(CrashPointTest::mayFail).toList();
            List<Point> missed = walk.survive(points, point -> fail(walk, process, point));
            note(stand, "the store fails, or its answer is lost", points, missed);
        }
    }

    private static Passage fail(CrashWalk walk, PointedProcess process, Point point) throws Exception {
        process.arm(Fate.FAILS, point);
        Run<?> run = walk.trigger();
        run.result(CrashWalk.PATIENCE);
        return new Passage(run, process.passed().contains(point));
    }

    /** Not where it has no part in it, nor where it would have to remember what it has claimed, or begun, for nobody. */
    private static boolean mayFail(Point point) {
        return point.deed() != Deed.BODY
                && point.deed() != Deed.CLAIM
                && !point.is(Side.AFTER, Deed.FREE)
                && !point.is(Side.AFTER, Deed.OPEN);
    }

    @Test
    void itDoesWhereverTheServerIsRestarted() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            Stand stand = Stand.postgresql(server, folder);
            try (CrashWalk walk = new CrashWalk(stand);
                    PointedProcess process = walk.start()) {
                List<Point> points = walk.points();
                List<Point> missed = walk.survive(points, point -> {
                    process.arm(Fate.STANDS, point);
                    Run<?> run = walk.trigger();
                    if (!process.standsStillAt(point, run)) {
                        return new Passage(run, false);
                    }
                    server.stop(points.indexOf(point) % 2 == 0 ? Mode.FAST : Mode.IMMEDIATE);
                    process.goOn();
                    Cluster.pass(Duration.ofMillis(100));
                    server.resume();
                    run.result(CrashWalk.PATIENCE);
                    return new Passage(run, true);
                });
                note(stand, "the server is restarted", points, missed);
            }
        }
    }

    /** Which points a run passes depends a little on timing; so it may have ended before it has come to the point that is waited for. */
    @Tag("full")
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPointThatNoRunPassesIsNotWaitedForForEver(boolean sqlite) throws Exception {
        try (CrashWalk walk = new CrashWalk(stand(sqlite));
                PointedProcess process = walk.start()) {
            Point nowhere = new Point(Side.BEFORE, Deed.END, 99);
            assertThat(die(walk, nowhere).passed()).isFalse();
            assertThat(standStill(walk, nowhere, true).passed()).isFalse();
            assertThat(fail(walk, process, nowhere).passed()).isFalse();
        }
    }

    /**
     * Who is to wake it looks at all that is due every five seconds besides, the first time when it begins to work. One of some tries is to
     * be quicker than that: the machine may be busy.
     */
    @Test
    void aRunIsWokenInTimeThoughTheStoreFailsWhenItIsDue() throws Exception {
        Duration inTime = Duration.ofSeconds(3);
        Duration quickest = untilAwakeThoughTheStoreFailed(Files.createDirectory(folder.resolve("first")));
        for (int tries = 1; tries < 5 && quickest.compareTo(inTime) >= 0; tries++) {
            quickest = untilAwakeThoughTheStoreFailed(Files.createDirectory(folder.resolve("try" + tries)));
        }
        assertThat(quickest).isLessThan(inTime);
    }

    private static Duration untilAwakeThoughTheStoreFailed(Path place) throws Exception {
        Task<String, String> task = Task.named("naps", String.class, String.class)
                .run((payload, run) -> {
                    run.sleep("nap", Duration.ofMillis(200));
                    return "awake";
                });
        Points.OF_THIS_PROCESS.arm(Fate.FAILS, new Point(Side.BEFORE, Deed.WAKE, 1));
        try (Errand errand = Errand.builder()
                .store(PointedStores.PREFIX + Stand.sqlite(place).url())
                .tasks(task)
                .concurrency(1)
                .open()) {
            long begun = System.nanoTime();
            assertThat(errand.trigger(task, "").await(CrashWalk.PATIENCE)).isEqualTo("awake");
            assertThat(Points.OF_THIS_PROCESS.passed()).contains(new Point(Side.BEFORE, Deed.WAKE, 2));
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }

    private static void note(Stand stand, String what, List<Point> points, List<Point> missed) throws IOException {
        Path notes = Files.createDirectories(Path.of("target", "check-notes"))
                .resolve("points-" + stand.name() + "-" + what.replaceAll("\\W+", "-") + ".md");
        String text = "\n## At every point of a run " + what + ", on " + stand.name() + "\n\n"
                + "| points | not passed again | runs that ended otherwise |\n| ---: | ---: | ---: |\n"
                + "| %d | %d | 0 |%n".formatted(points.size(), missed.size())
                + (missed.isEmpty() ? "" : "%nNot passed again: %s.%n".formatted(missed));
        Files.writeString(notes, text);
        System.out.print(text);
    }
}
