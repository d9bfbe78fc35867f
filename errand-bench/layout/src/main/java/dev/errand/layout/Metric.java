package dev.errand.layout;

import java.util.Locale;

/** What is measured of every candidate. */
enum Metric {
    BULK("bulk enqueue, runs/s"),
    ONE_BY_ONE("enqueue one by one, 16 threads, shared commits, runs/s"),
    DRAIN("drain, runs/s"),
    DRAIN_SINGLES("drain of runs enqueued one by one, runs/s"),
    BULK_KEYED("bulk enqueue with keys in turn, runs/s"),
    DRAIN_KEYED("drain, one at a time of each key, keys in turn, runs/s"),
    DRAIN_TOGETHER("drain, one at a time of each key, ten of a key together, runs/s"),
    DRAIN_SNAPSHOT("drain beside an old snapshot, runs/s"),
    DRAIN_HISTORY("drain with a long history, runs/s"),
    LOG_BULK("WAL bytes per run, bulk enqueue + drain"),
    LOG_SINGLES("WAL bytes per run, one by one + drain"),
    LOG_KEYED("WAL bytes per run, keys in turn, bulk enqueue + drain"),
    DEAD("row versions that die per run", 2),
    DEAD_SINGLES("row versions that die per run, one by one", 2),
    KEPT("table + index bytes kept per run, after a vacuum"),
    KEPT_SNAPSHOT("the same beside an old snapshot"),
    HOT_TABLE("hot table after three drains beside an old snapshot, MB", 1),
    HOT_INDEXES("its indexes, MB", 1);

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
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
