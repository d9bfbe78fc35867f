package dev.errand.bench;

import java.util.Formatter;
import java.util.Locale;

/** A report of costs as people read it. */
final class CostTable {
    private final Formatter out = new Formatter(Locale.ROOT);

    private CostTable() {}

    static String of(CostReport report) {
        CostTable table = new CostTable();
        table.head(report);
        table.measured(report);
        table.goals(report);
        return table.out.toString();
    }

    private void head(CostReport report) {
        Machine machine = report.machine();
        out.format(
                "%s · %,d runs, %d rounds · JDK %s · %d processors%n",
                report.store(), report.runs(), report.rounds(), machine.jdk(), machine.processors());
    }

    private void measured(CostReport report) {
        if (!report.drains().isEmpty()) {
            drains(report);
        }
        if (!report.claims().isEmpty()) {
            claims(report);
        }
        EventReport events = report.events();
        if (events != null) {
            events(events);
        }
        CostReport.Sleep sleep = report.sleep();
        if (sleep != null) {
            sleep(sleep);
        }
        BenchReport.Idle idle = report.idle();
        BenchReport.Idle idleSchedules = report.idleSchedules();
        if (idle != null && idleSchedules != null) {
            out.format("%n| idle | transactions/s | of a processor |%n|---|---:|---:|%n");
            idle("no schedules", idle);
            idle("10,000 schedules", idleSchedules);
        }
    }

    private void drains(CostReport report) {
        out.format("%n| drain | runs/s | of no limit |%n|---|---:|---:|%n");
        report.drains()
                .forEach(drain -> out.format(
                        "| %s | %,d | %.0f %% |%n", drain.shape(), drain.runsPerSecond(), 100 * drain.ofUnlimited()));
    }

    private void claims(CostReport report) {
        out.format("%n| claim of one run, backlog of | p50 | p99 |%n|---|---:|---:|%n");
        report.claims()
                .forEach(claims ->
                        out.format("| %s | %.3f ms | %.3f ms |%n", claims.backlog(), claims.p50Ms(), claims.p99Ms()));
    }

    private void events(EventReport events) {
        out.format("%n| drain | runs/s | of nobody listens | all heard after |%n|---|---:|---:|---:|%n");
        events.drains()
                .forEach(drain -> out.format(
                        "| %s | %,d | %.0f %% | %.2f s |%n",
                        drain.listeners(), drain.runsPerSecond(), 100 * drain.ofNone(), drain.heardAfterSeconds()));
        out.format(
                "%n| end of a run heard of | same process p50 | p99 | another process p50 | p99 |%n|---|---:|---:|---:|---:|%n");
        events.deliveries()
                .forEach(delivery -> out.format(
                        "| at %,d/s | %.3f ms | %.3f ms | %.3f ms | %.3f ms |%n",
                        delivery.perSecond(),
                        delivery.hereP50Ms(),
                        delivery.hereP99Ms(),
                        delivery.thereP50Ms(),
                        delivery.thereP99Ms()));
    }

    private void sleep(CostReport.Sleep sleep) {
        out.format(
                "%n| runs asleep | fell asleep | heap | woken together | all awake after |%n|---:|---:|---:|---:|---:|%n");
        out.format(
                "| %,d | %,d /s | %,d MB | %,d | %.2f s |%n",
                sleep.asleep(),
                sleep.asleepPerSecond(),
                sleep.heapBytes() >> 20,
                sleep.woken(),
                sleep.awakeAfterSeconds());
    }

    private void idle(String name, BenchReport.Idle idle) {
        out.format("| %s | %.2f | %.2f %% |%n", name, idle.transactionsPerSecond(), idle.cpuPercent());
    }

    private void goals(CostReport report) {
        out.format("%n| to reach | limit | reached | |%n|---|---:|---:|---|%n");
        report.goals()
                .forEach(goal -> out.format(
                        "| %s | %s %,.2f | %,.2f | %s |%n",
                        goal.what(),
                        goal.atLeast() ? "≥" : "≤",
                        goal.limit(),
                        goal.reached(),
                        goal.met() ? "pass" : "MISS"));
    }
}
