package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.QueueInfo;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.LimitModel.Rule;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One long history of a store, made of all that somebody may do to limits and runs, each compared with what the models say. */
final class LimitHistory {
    private static final List<String> TASKS = List.of("greet", "other");
    private static final List<String> QUEUES = List.of("a", "b");
    private static final int ALL = 50;
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final StoreTest at;
    private final Random random;
    private final AnyLimits anyLimits;
    private final AnyRuns anyRuns;
    private final LimitModel limits = new LimitModel();
    private final RunModel runs = new RunModel(limits);
    private final Map<Store, List<Claim>> nodes = new LinkedHashMap<>();
    private final Set<Store> dead = new HashSet<>();
    /** Whose bodies go on though they have ended, and at which node. */
    private final Map<Claim, Store> lingering = new LinkedHashMap<>();

    private final Set<RunId> touched = new HashSet<>();
    /** The latest steps, for who has to find out what went wrong. */
    private final Deque<String> latest = new ArrayDeque<>();

    private int joined;
    private int steps;

    LimitHistory(StoreTest at, long seed) {
        this.at = at;
        random = new Random(seed);
        anyLimits = new AnyLimits(random);
        anyRuns = new AnyRuns(random, TASKS, QUEUES, at.clock);
        QUEUES.forEach(queue -> declare(limits.rule(queue), anyLimits.next()));
        TASKS.forEach(task -> declare(limits.rule("task/" + task), anyLimits.next()));
        node();
        node();
    }

    private void tell(String step) {
        latest.addLast(step);
        if (latest.size() > ALL) {
            latest.removeFirst();
        }
    }

    private Instant now() {
        return at.clock.instant();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    private Store anyNode() {
        return pick(List.copyOf(nodes.keySet()));
    }

    private Duration seconds(int most) {
        return Duration.ofSeconds(random.nextInt(most + 1));
    }

    private void node() {
        nodes.put(at.openNode("node " + ++joined), new ArrayList<>());
    }

    // ── limits

    private void declare(Rule rule, Limits declared) {
        at.store.queues().declare(List.of(new QueueEntry(rule.name, declared)));
        rule.declared(declared);
        tell("%s is declared with %s".formatted(rule.name, declared));
    }

    private void override(Rule rule, @Nullable Limits override) {
        assertThat(at.store.queues().override(rule.name, override)).isTrue();
        rule.overridden(override);
        tell("%s is overridden with %s".formatted(rule.name, override));
        QueueInfo info = at.store.queues().find(rule.name).orElseThrow();
        assertThat(info.limits()).as("limits of %s", rule.name).isEqualTo(rule.limits());
        assertThat(info.base()).as("base of %s", rule.name).isEqualTo(rule.base());
    }

    private void pause(Rule rule, boolean paused) {
        assertThat(at.store.queues().pause(rule.name, paused)).isTrue();
        rule.paused = paused;
    }

    // ── what may happen

    void step() {
        Rule rule = pick(List.copyOf(limits.rules.values()));
        switch (random.nextInt(32)) {
            case 0, 1, 2, 3 -> at.store.enqueue(triggered(anyRuns.next()));
            case 4 -> triggerWithin();
            case 5, 6, 7, 8, 9, 10 -> take(anyNode(), 1 + random.nextInt(8));
            case 11, 12, 13, 14, 15, 16, 17, 18, 19 -> report(anyNode());
            case 20 -> cancel();
            case 21 -> leave();
            case 22 -> retry();
            case 23 -> reschedule();
            case 24 -> pause(rule, random.nextBoolean());
            case 25 -> override(rule, anyLimits.next());
            case 26 -> override(rule, null);
            case 27 -> declare(rule, anyLimits.next());
            case 28, 29 -> pass(Duration.ofMillis(100L * random.nextInt(15)));
            case 30 -> recover();
            default -> {
                if (oneIn(2)) {
                    die();
                }
            }
        }
        compare(++steps % ALL == 0);
    }

    private List<NewRun> triggered(List<NewRun> news) {
        runs.triggered(news, now());
        for (NewRun run : news) {
            touched.add(run.id());
            tell("%s of %s comes to %s with %s, due %s, now %s"
                    .formatted(
                            run.id(),
                            run.task(),
                            run.options().queue(),
                            run.options().concurrencyKey(),
                            run.dueAt(),
                            now()));
        }
        return news;
    }

    /** Within a user's transaction, which may be rolled back. */
    private void triggerWithin() {
        try (Connection connection = at.connect()) {
            List<NewRun> news = anyRuns.next();
            at.store.enqueue(connection, news);
            if (oneIn(3)) {
                connection.rollback();
                news.forEach(run -> assertThat(at.store.find(run.id())).isEmpty());
            } else {
                connection.commit();
                triggered(news);
            }
        } catch (SQLException e) {
            throw new AssertionError("the transaction failed", e);
        }
    }

    private void take(Store node, int max) {
        ClaimRequest request = new ClaimRequest(max, 4, Set.copyOf(TASKS), Set.of());
        List<RunId> startable = dead.isEmpty() ? runs.startable(now()) : List.of(); // the dead may keep others waiting
        List<Claim> claims = startable.isEmpty() ? at.claimNow(node, request) : at.claimSome(node, request, A_MOMENT);
        if (claims.isEmpty() && !startable.isEmpty()) {
            begin();
            claims = at.claimSome(node, request, StoreTest.MINUTE);
        }
        assertThat(claims.isEmpty() && !startable.isEmpty())
                .as("nothing is claimed of %s after %s", startable, latest)
                .isFalse();
        limits.claimed(claims, now());
        runs.claimed(node, claims, now());
        held(node).addAll(claims);
        tell("claimed: %s".formatted(claims.stream().map(Claim::run).toList()));
        claims.forEach(claim -> touched.add(claim.run()));
    }

    /** What was claimed together may count together until it is known of each whether it executes. */
    private void begin() {
        nodes.forEach((node, claims) -> claims.forEach(claim -> report(node, new Report.Started(claim, now()))));
    }

    private List<Claim> held(Store node) {
        return nodes.computeIfAbsent(node, none -> new ArrayList<>());
    }

    private void report(Store node) {
        if (!held(node).isEmpty()) {
            Claim claim = pick(held(node));
            report(node, reportOf(claim));
        }
    }

    private Report reportOf(Claim claim) {
        return switch (random.nextInt(10)) {
            case 0, 1 -> new Report.Started(claim, now());
            case 2 -> new Report.Released(claim);
            case 3 -> at.retried(claim, seconds(2));
            case 4 -> new Report.Waiting(claim, now(), now(), List.of(), now().plus(seconds(2)), null);
            case 5 -> at.failed(claim, true);
            case 6 -> new Report.Lingers(at.ended(claim, RunState.TIMED_OUT, null, false));
            default -> at.completed(claim);
        };
    }

    private void report(Store node, Report report) {
        Claim claim = report.claim();
        assertThat(StoreTest.await(node.record(List.of(report)))).containsExactly(Receipt.RECORDED);
        runs.reported(report, now());
        tell("%s: %s".formatted(claim.run(), report.getClass().getSimpleName()));
        touched.add(claim.run());
        if (!(report instanceof Report.Started)) {
            held(node).remove(claim);
            limits.givenUp(claim.run());
        }
        if (report instanceof Report.Lingers) {
            lingering.put(claim, node);
            limits.lingers(claim);
        }
    }

    private void leave() {
        List<Claim> living = lingering.keySet().stream()
                .filter(claim -> nodes.containsKey(lingering.get(claim)))
                .toList();
        if (!living.isEmpty()) {
            leave(pick(living));
        }
    }

    private void leave(Claim claim) {
        Store node = Objects.requireNonNull(lingering.get(claim), "it lingers");
        assertThat(StoreTest.await(node.record(List.of(new Report.Left(claim)))))
                .containsExactly(Receipt.RECORDED);
        left(claim);
    }

    private void left(Claim claim) {
        lingering.remove(claim);
        limits.left(claim);
        runs.left(claim.run());
        tell("the body of %s has ended".formatted(claim.run()));
    }

    /** Of all that ever was. */
    private Optional<RunId> anyRun() {
        List<RunModel.Entry> all = List.copyOf(runs.all());
        List<RunModel.Entry> open = runs.where(entry -> !entry.state.isTerminal());
        List<RunModel.Entry> from = open.isEmpty() || oneIn(3) ? all : open;
        Optional<RunId> any =
                from.isEmpty() ? Optional.empty() : Optional.of(pick(from).id());
        any.ifPresent(touched::add);
        any.ifPresent(run -> tell("about " + run));
        return any;
    }

    private void cancel() {
        anyRun().ifPresent(run -> assertThat(at.store.cancel(run, "by chance").answer())
                .as("answer to the cancel of %s", run)
                .isEqualTo(runs.cancel(run)));
    }

    private void retry() {
        anyRun().ifPresent(run -> assertThat(at.store.retry(run, 1_000, null, false))
                .as("answer to the retry of %s", run)
                .isEqualTo(runs.retry(run, now())));
    }

    private void reschedule() {
        Instant due = now().plus(seconds(4));
        anyRun().ifPresent(run -> assertThat(at.store.reschedule(run, due, null))
                .as("answer to the reschedule of %s", run)
                .isEqualTo(runs.reschedule(run, due, now())));
    }

    private void pass(Duration time) {
        at.clock.advance(time);
        nodes.keySet().forEach(node -> assertThat(node.beat()).isPresent());
        Instant due = now();
        while (!due.isAfter(now())) {
            due = at.store.advance().orElse(Instant.MAX);
        }
        runs.advanced(now());
    }

    /** It keeps what it holds until somebody finds out. */
    private void die() {
        Store victim = anyNode();
        nodes.remove(victim);
        at.kill(victim);
        dead.add(victim);
        node();
    }

    private void recover() {
        nodes.keySet().forEach(Store::recover);
        runs.where(entry -> entry.holder != null && dead.contains(entry.holder))
                .forEach(entry -> limits.givenUp(entry.id()));
        runs.recovered(dead);
        lingering.keySet().stream()
                .filter(claim -> dead.contains(lingering.get(claim)))
                .toList()
                .forEach(this::left);
        dead.clear();
    }

    // ── what is to be so

    /** What was touched, or everything, is as it should be, and nobody else was asked to stop than who should be. */
    private void compare(boolean all) {
        List<String> wrong = new ArrayList<>();
        runs.where(entry -> all || touched.contains(entry.id()))
                .forEach(entry -> difference(entry).ifPresent(wrong::add));
        if (!wrong.isEmpty()) {
            wrong.clear();
            runs.all().forEach(entry -> difference(entry).ifPresent(wrong::add));
        }
        assertThat(wrong).as("what is otherwise after %s", latest).isEmpty();
        touched.clear();
        if (all) {
            limits.rules.values().forEach(this::compareWaiting);
        }
        nodes.keySet().forEach(this::compareRequests);
    }

    /** A node hears of them a moment later. */
    private void compareRequests(Store node) {
        Set<RunId> expected = runs.askedToStop(node);
        assertThat(StoreTest.eventually(() -> askedToStop(node), expected::equals))
                .as("asked to stop after %s", latest)
                .isEqualTo(expected);
    }

    private static Set<RunId> askedToStop(Store node) {
        return node.cancelRequests().stream().map(CancelRequest::run).collect(Collectors.toSet());
    }

    private void compareWaiting(Rule rule) {
        int waiting = runs.where(entry -> entry.isQueued() && rule.holdsFor(entry.run))
                .size();
        assertThat(at.store.queues().find(rule.name).orElseThrow().waiting())
                .as("waiting in %s after %s", rule.name, latest)
                .isEqualTo(waiting);
    }

    private Optional<String> difference(RunModel.Entry entry) {
        RunState state = at.state(entry.id());
        return state == entry.state ? Optional.empty() : Optional.of("%s, and is %s".formatted(entry, state));
    }

    /** Without limits all come to their end, and nothing is taken by what is gone. */
    void settle() {
        for (Rule rule : limits.rules.values()) {
            pause(rule, false);
            declare(rule, Limits.none());
            override(rule, null);
        }
        recover();
        List.copyOf(lingering.keySet()).forEach(this::leave);
        pass(Duration.ofSeconds(3));
        pass(Duration.ofSeconds(3));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!runs.where(entry -> !entry.state.isTerminal()).isEmpty()) {
            assertThat(System.nanoTime())
                    .as("runs that never come to their end, of %d", runs.all().size())
                    .isLessThan(deadline);
            for (Store node : List.copyOf(nodes.keySet())) {
                List.copyOf(held(node)).forEach(claim -> report(node, at.completed(claim)));
                take(node, 200);
            }
        }
        compare(true);
        assertThat(at.store.queues().all()).allSatisfy(queue -> {
            assertThat(queue.claimed()).as("claimed in %s", queue.name()).isZero();
            assertThat(queue.lingering()).as("lingering in %s", queue.name()).isZero();
            assertThat(queue.waiting()).as("waiting in %s", queue.name()).isZero();
        });
        assertThat(runs.all()).extracting(entry -> entry.state).contains(RunState.COMPLETED, RunState.CANCELED);
    }
}
