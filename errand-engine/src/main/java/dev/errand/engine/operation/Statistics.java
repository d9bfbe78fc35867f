package dev.errand.engine.operation;

import dev.errand.MinuteStatistics;
import dev.errand.StoreException;
import dev.errand.store.OperationStore;
import dev.errand.store.Report;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what ends on this node, in memory, and keeps each minute in the store once it is over: one row a minute, whatever has ended. What was not
 * kept yet is lost with the process.
 */
public final class Statistics {
    private static final Logger LOG = LoggerFactory.getLogger(Statistics.class);
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration LONGEST = Duration.ofDays(1);
    /** So many minutes that could not be kept are kept for later. */
    private static final int MOST_WAITING = 60;

    private final OperationStore store;
    private final Clock clock;
    private final String node = UUID.randomUUID().toString();
    private final Object lock = new Object();
    private final Minutes minutes = new Minutes();
    private final Map<String, Map.Entry<Instant, String>> unkept = new TreeMap<>();
    private long parts;

    Statistics(OperationStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** A run has ended here; returns at once. */
    public void ended(Report.Ended end) {
        synchronized (lock) {
            minutes.add(end);
        }
    }

    /** Keeps all minutes that are over, and forgets the oldest. */
    void upkeep() {
        keep(clock.instant());
        store.forgetStatistics(clock.instant().minus(KEPT));
    }

    /** Keeps also the minute that is not over. */
    void close() {
        keep(clock.instant().plus(Duration.ofDays(1)));
    }

    private void keep(Instant now) {
        try {
            keepBefore(now.truncatedTo(ChronoUnit.MINUTES));
        } catch (StoreException e) {
            LOG.atDebug().setCause(e).log("Statistics could not be kept; that is tried again within a minute");
        }
    }

    private void keepBefore(Instant minute) {
        Map<Instant, String> over;
        synchronized (lock) {
            over = minutes.takeBefore(minute);
        }
        synchronized (unkept) {
            over.forEach((at, text) -> unkept.put("%s-%09d".formatted(node, parts++), Map.entry(at, text)));
            while (unkept.size() > MOST_WAITING) {
                unkept.remove(unkept.keySet().iterator().next());
            }
            for (Map.Entry<String, Map.Entry<Instant, String>> part : unkept.entrySet()) {
                store.keepStatistics(
                        part.getKey(), part.getValue().getKey(), part.getValue().getValue());
            }
            unkept.clear();
        }
    }

    /** @param task whose; null for all */
    List<MinuteStatistics> list(Instant from, Instant until, @Nullable String task) {
        if (Duration.between(from, until).compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "statistics can be asked for of a day at a time, not from %s until %s".formatted(from, until));
        }
        keep(clock.instant());
        Minutes all = new Minutes();
        store.statistics(from.truncatedTo(ChronoUnit.MINUTES), until, all::add);
        return all.list().stream()
                .filter(minute -> task == null || task.equalsIgnoreCase(minute.task()))
                .toList();
    }
}
