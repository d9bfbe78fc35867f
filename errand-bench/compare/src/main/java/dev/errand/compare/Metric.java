package dev.errand.compare;

/** What is measured of every engine. */
enum Metric {
    BULK("bulk trigger, runs/s"),
    ONE_BY_ONE_16("one by one, 16 threads, runs/s"),
    ONE_BY_ONE_1("one by one, 1 thread, runs/s"),
    ONE_BY_ONE_DRAINING("one by one while draining, 16 threads, runs/s"),
    DRAIN("drain, runs/s"),
    DRAIN_SINGLES("drain of runs triggered one by one, runs/s"),
    STEPS("drain of runs of ten steps, runs/s"),
    CPU_TRIGGER_ENGINE("CPU per run, bulk trigger, engine, µs", 1),
    CPU_TRIGGER_DATABASE("CPU per run, bulk trigger, database, µs", 1),
    CPU_ENGINE("CPU per run, drain, engine, µs", 1),
    CPU_DATABASE("CPU per run, drain, database, µs", 1),
    P50_100("trigger→start at 100/s, p50, ms", 2),
    P99_100("trigger→start at 100/s, p99, ms", 2),
    P50_REMOTE("trigger→start at 100/s from another process, p50, ms", 2),
    P99_REMOTE("trigger→start at 100/s from another process, p99, ms", 2),
    P50_2000("trigger→start at 2,000/s, p50, ms", 2),
    P99_2000("trigger→start at 2,000/s, p99, ms", 2),
    LEFT_2000("runs of these not started within 1 s after the last (JobRunr: 11 s)"),
    IDLE("transactions/s when idle", 2),
    CONNECTIONS("connections when idle"),
    WAL_BULK("WAL bytes per run, bulk trigger + drain"),
    WAL_SINGLES("WAL bytes per run, one by one + drain"),
    KEPT("table + index bytes kept per run");

    private final String title;
    private final int digits;

    Metric(String title) {
        this(title, 0);
    }

    Metric(String title, int digits) {
        this.title = title;
        this.digits = digits;
    }

    String title() {
        return title;
    }

    /** As people read it. */
    String format(double value) {
        return String.format(java.util.Locale.ROOT, "%,." + digits + "f", value);
    }
}
