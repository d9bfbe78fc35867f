package dev.errand.bench;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Bulk trigger and drain, plain SQL and engine in turn on fresh files, so that a slow minute of the machine meets both. */
final class Throughput {
    /** One round's figures. */
    private record Round(double rawTrigger, double rawDrain, double trigger, Drain.Result drain, double bytes) {}

    private final Arena arena;
    private final BenchOptions options;
    private final List<Round> rounds = new ArrayList<>();

    Throughput(Arena arena, BenchOptions options) {
        this.arena = arena;
        this.options = options;
    }

    void measure() throws SQLException, InterruptedException {
        byte[][] payloads = new byte[options.runs()][];
        for (int number = 0; number < payloads.length; number++) {
            payloads[number] = Work.json(number);
        }
        round(payloads); // to warm up
        for (int i = 0; i < options.scale().rounds(); i++) {
            rounds.add(round(payloads));
        }
    }

    private Round round(byte[][] payloads) throws SQLException, InterruptedException {
        double rawTrigger;
        double rawDrain;
        try (RawSql raw = new RawSql(arena.fresh())) {
            rawTrigger = raw.trigger(payloads);
            rawDrain = raw.drain(payloads.length);
        }
        Path file = arena.fresh();
        long written = Clocks.bytesWritten().orElse(0);
        double trigger = BulkTrigger.measure(file, payloads.length);
        Drain.Result drain = Drain.measure(file, payloads.length);
        // What lies there in the end is the least that was written, where the system does not count.
        long bytes = Math.max(Clocks.bytesWritten().orElse(0) - written, Arena.size(file));
        arena.clear();
        return new Round(rawTrigger, rawDrain, trigger, drain, (double) bytes / payloads.length);
    }

    BenchReport.Rate bulkTrigger() {
        return BenchReport.Rate.of(median(Round::trigger), median(Round::rawTrigger));
    }

    BenchReport.Rate drain() {
        return BenchReport.Rate.of(median(round -> round.drain().runsPerSecond()), median(Round::rawDrain));
    }

    BenchReport.PerRun perRun() {
        return new BenchReport.PerRun(
                Statistics.rounded(median(round -> round.drain().cpuMicros()), 2), Math.round(median(Round::bytes)));
    }

    boolean verified() {
        return rounds.stream().allMatch(round -> round.drain().verified());
    }

    private double median(ToDoubleFunction<Round> figure) {
        return Statistics.median(rounds.stream().mapToDouble(figure).boxed().toList());
    }
}
