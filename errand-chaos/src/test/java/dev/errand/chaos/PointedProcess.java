package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.Errand;
import dev.errand.LoopAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunResult;
import dev.errand.StepFailedException;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.Value;
import dev.errand.chaos.Point.Deed;
import dev.errand.chaos.Point.Side;
import dev.errand.chaos.Points.Fate;
import dev.errand.process.Freeze;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A process with one slot and a task that has steps, sleeps, a transaction, a loop, branches, conditions, a token, a signal, a child and a run that it
 * watches, and to which something happens at a point.
 */
final class PointedProcess implements AutoCloseable {
    static final String TASK = "errand";
    /** The task of its child. */
    static final String CHILD = "receipt";
    /** The task of a run that it triggers, and watches. */
    static final String AUDIT = "audit";
    /** What the task says of a step at most once in which its process died. */
    static final String UNKNOWN = "nobody knows";

    /** The condition that it waits for. */
    static final String STOCKED = "stocked";

    /** The signal that it receives. */
    static final String CALLED = "called";

    private static final Duration NAP = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Stand stand;
    private final Process process;
    private final Speech said;

    /** Returns when it works. */
    PointedProcess(Stand stand, Path calls) throws IOException, InterruptedException {
        this.stand = stand;
        process = JavaProcess.builder(
                        PointedProcess.class, stand.log(), PointedStores.PREFIX + stand.url(), calls.toString())
                .start();
        said = new Speech(process, PATIENCE);
        await("working");
    }

    /** What is to befall it, and where, when it carries out the run that is triggered next; null for nothing. */
    void arm(@Nullable Fate fate, @Nullable Point point) throws InterruptedException {
        tell("arm" + (fate == null ? "" : " " + fate + " " + point));
        await("armed");
    }

    /** Waits until it stands still there; or answers false, if the run has ended without passing by. */
    boolean standsStillAt(Point point, Run<?> run) throws InterruptedException {
        if (isHeardBeforeEndOf(run)) {
            await("at " + point);
            return true;
        }
        return passed().contains(point);
    }

    /** Waits until it dies; or answers false, if the run has ended without passing by where it would have. */
    boolean dies(Run<?> run) throws InterruptedException {
        if (!isHeardBeforeEndOf(run)) {
            tell("passed");
        }
        if (!said.next(Speech.END).equals(Speech.END)) {
            return false;
        }
        awaitExit();
        assertThat(process.exitValue()).isEqualTo(9);
        stand.endLease(process.pid());
        return true;
    }

    /** What the run does last may come after its end is seen. */
    private boolean isHeardBeforeEndOf(Run<?> run) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!said.isHeard() && run.info().endedAt() == null) {
            assertThat(System.nanoTime()).as("it comes there, or the run ends").isLessThan(deadline);
            Cluster.pass(Duration.ofMillis(20));
        }
        return said.isHeard();
    }

    /** Stops all of it, where it holds up nobody but itself, until its lease is lost. */
    void freezeUntilLost() throws Exception {
        Freeze.stop(process.pid());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (stand.isLocked()) {
            assertThat(System.nanoTime()).as("it lets go of the store").isLessThan(deadline);
            Freeze.resume(process.pid());
            Freeze.stop(process.pid());
        }
        stand.takeAwayLease(process.pid());
    }

    /** Ends both kinds of standstill. */
    void wake() throws Exception {
        Freeze.resume(process.pid());
        goOn();
    }

    void goOn() {
        tell("go on");
    }

    /** What the run passed by until nothing happened any more; from then on nothing befalls it. */
    List<Point> passed() throws InterruptedException {
        tell("passed");
        String heard = said.next("what it passed");
        if (heard.startsWith("at ")) { // where it has just come to stand still
            heard = said.next("what it passed");
        }
        assertThat(heard).isNotEqualTo(Speech.END);
        return Arrays.stream(heard.split(", ", -1)).map(Point::of).toList();
    }

    private void tell(String order) {
        try {
            process.outputWriter().append(order).append('\n').flush();
        } catch (IOException e) { // it is dead, and says no more
        }
    }

    private void await(String line) throws InterruptedException {
        assertThat(said.next(line)).isEqualTo(line);
    }

    private void awaitExit() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("it dies in time")
                .isTrue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        awaitExit();
        stand.endLease(process.pid());
    }

    // ── the process

    /** @param calls the file to which the code of each step, and of the child, adds its run and its name */
    static Task<?, ?>[] tasks(Points points, Path calls) {
        Task<String, String> child = Task.named(CHILD, String.class, String.class)
                .redeliveries(10)
                .run((parent, run) -> {
                    points.awaitStart();
                    return call(points, calls, parent + " receipt", "thanked");
                });
        Task<String, String> audit = Task.named(AUDIT, String.class, String.class)
                .redeliveries(10)
                .run((parent, run) -> {
                    points.awaitStart();
                    return "audited";
                });
        return new Task<?, ?>[] {task(points, calls, child, audit), child, audit};
    }

    private static Task<String, String> task(
            Points points, Path calls, Task<String, String> child, Task<String, String> audit) {
        return Task.named(TASK, String.class, String.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(2))
                .redeliveries(10)
                .run((payload, run) -> {
                    points.awaitStart();
                    String charged = run.step(
                            "charge", String.class, () -> call(points, calls, run.id() + " charge", "charged"));
                    String sent;
                    try {
                        sent = run.step(
                                "transfer",
                                String.class,
                                StepOptions.none().atMostOnce(),
                                () -> call(points, calls, run.id() + " transfer", "transferred"));
                    } catch (StepFailedException e) {
                        sent = UNKNOWN;
                    }
                    run.sleep("settlement", NAP);
                    String booked = run.transaction("book", String.class, tx -> {
                        try (PreparedStatement insert =
                                tx.connection().prepareStatement("insert into ledger (run) values (?)")) {
                            insert.setString(1, run.id().toString());
                            insert.executeUpdate();
                        }
                        return call(points, calls, run.id() + " book", "booked");
                    });
                    run.sleep("delivery", NAP);
                    String shipped =
                            run.step("ship", String.class, () -> call(points, calls, run.id() + " ship", "shipped"));
                    String seen = run.loop("tour", NAP, iteration -> {
                        Branch<String> view = Branch.of("sea", String.class, () -> {
                            run.sleep("ascent", NAP);
                            return call(points, calls, run.id() + " view " + iteration, "sea " + iteration);
                        });
                        String last = run.parallel("views", List.of(view)).getFirst();
                        return iteration < 1
                                ? LoopAnswer.again()
                                : LoopAnswer.done(
                                        last + ", " + run.invoke(child, run.id().toString()));
                    });
                    Value<Integer> stock = run.value(stock(run.id()), Integer.class);
                    int pieces = run.until(STOCKED, Integer.class, stock::get);
                    Token<String> approval = run.token("approval", String.class, Duration.ofHours(1));
                    String approved = run.await(approval).unwrap();
                    String called = run.receive(CALLED, String.class);
                    RunId audits = run.trigger(audit, called).id();
                    String audited = run.until(
                            "audited",
                            String.class,
                            () -> run.resultOf(audits, String.class).map(RunResult::unwrap));
                    return String.join(
                            ", ",
                            charged,
                            sent,
                            booked,
                            shipped,
                            seen,
                            pieces + " in stock",
                            approved,
                            called,
                            audited);
                });
    }

    /** The value that its condition reads, which is set by somebody else. */
    static String stock(RunId run) {
        return "stock of " + run;
    }

    private static String call(Points points, Path calls, String line, String result) throws IOException {
        points.pass(Side.BEFORE, Deed.BODY);
        Files.writeString(calls, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        points.pass(Side.AFTER, Deed.BODY);
        return result;
    }

    /** Arguments: the store's URL, the file of calls. */
    public static void main(String[] arguments) throws IOException {
        Points points = Points.OF_THIS_PROCESS;
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(tasks(points, Path.of(arguments[1])))
                .concurrency(1)
                .open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) { // ends with its parent
                obey(order, points);
            }
        }
    }

    private static void obey(String order, Points points) {
        String[] words = order.split(" ", 3);
        switch (words[0]) {
            case "arm" -> {
                points.awaitSilence(); // of the run before
                points.arm(
                        words.length < 3 ? null : Fate.valueOf(words[1]), words.length < 3 ? null : Point.of(words[2]));
                System.out.println("armed");
            }
            case "go" -> points.goOn();
            default -> {
                points.awaitSilence();
                System.out.println(points.disarm().stream().map(Point::toString).collect(Collectors.joining(", ")));
            }
        }
    }
}
