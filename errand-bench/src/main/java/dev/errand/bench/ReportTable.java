package dev.errand.bench;

import java.util.Formatter;
import java.util.Locale;

/** A report as people read it. */
final class ReportTable {
    private final Formatter out = new Formatter(Locale.ROOT);

    private ReportTable() {}

    static String of(BenchReport report) {
        ReportTable table = new ReportTable();
        table.head(report);
        table.throughput(report);
        table.rest(report);
        return table.out.toString();
    }

    private void head(BenchReport report) {
        Machine machine = report.machine();
        out.format(
                "%s · %,d runs · JDK %s · %s · %d processors, %,d MB%n",
                report.store(),
                report.runs(),
                machine.jdk(),
                machine.system(),
                machine.processors(),
                machine.memoryBytes() >> 20);
        out.format("%n");
    }

    private void throughput(BenchReport report) {
        out.format("%-28s %12s %12s %8s%n", "", "runs/s", "plain SQL/s", "ratio");
        rate("bulk trigger", report.bulkTrigger());
        rate("one by one, 1 thread", report.trigger1());
        rate("one by one, 16 threads", report.trigger16());
        rate("drain", report.drain());
        BenchReport.History history = report.drainWithHistory();
        if (history != null) {
            out.format("%-28s %,12d %12s %8s%n", "drain, file full", history.runsPerSecond(), "", "");
            out.format("%-28s %,12d %12s %8s%n", "drain, file empty", history.emptyPerSecond(), "", "");
            out.format(
                    "  %,d finished and %,d delayed runs make it %.1f %% slower%n",
                    history.finished(), history.delayed(), history.slowerPercent());
        }
        out.format("%n");
    }

    private void rate(String name, BenchReport.Rate rate) {
        out.format("%-28s %,12d %,12d %6.0f %%%n", name, rate.runsPerSecond(), rate.rawPerSecond(), 100 * rate.ratio());
    }

    private void rest(BenchReport report) {
        latency("trigger to start, 100/s", report.latency100());
        latency("trigger to start, 2,000/s", report.latency2000());
        idle("idle", report.idle());
        idle("idle, 10,000 schedules", report.idleSchedules());
        out.format(
                "%-28s %.2f µs of processor time draining, %,d bytes written in all%n",
                "per run", report.perRun().engineCpuMicros(), report.perRun().bytesWritten());
        heap("heap, 100,000 queued", report.heap().queued100k());
        heap("heap, 10,000 sleeping", report.heap().sleeping10k());
        heap("heap, 100,000 sleeping", report.heap().sleeping100k());
        out.format("%n");
        out.format(
                "%s%n",
                report.verified()
                        ? "Every body ran exactly once, every run completed."
                        : "NOT VERIFIED: some body did not run exactly once, or some run did not complete.");
    }

    private void latency(String name, BenchReport.Latency latency) {
        out.format("%-28s p50 %.2f ms, p99 %.2f ms%n", name, latency.p50Ms(), latency.p99Ms());
    }

    private void idle(String name, BenchReport.Idle idle) {
        out.format(
                "%-28s %.2f transactions/s, %.2f %% of a processor%n",
                name, idle.transactionsPerSecond(), idle.cpuPercent());
    }

    private void heap(String name, long bytes) {
        out.format("%-28s %.1f MB%n", name, bytes / 1e6);
    }
}
