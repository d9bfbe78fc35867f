package dev.errand.bench;

import java.sql.SQLException;

/** The benchmark. {@link #run} measures everything in turn; nothing else should keep the machine busy meanwhile. */
public final class Bench {
    private static final long USUAL_BYTES = 3L << 30;
    private static final long FULL_BYTES = 12L << 30;

    private final Arena arena;
    private final BenchOptions options;

    private Bench(Arena arena, BenchOptions options) {
        this.arena = arena;
        this.options = options;
    }

    /**
     * Measures; takes some minutes.
     *
     * @throws IllegalArgumentException if the store's URL names no SQLite file, or its disk is too full
     * @throws IllegalStateException if something that was measured did not come to its end
     */
    public static BenchReport run(BenchOptions options) throws InterruptedException {
        try (Arena arena = Arena.beside(options.store(), options.full() ? FULL_BYTES : USUAL_BYTES)) {
            return new Bench(arena, options).measure();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("The benchmark broke off: " + e.getMessage(), e);
        }
    }

    private BenchReport measure() throws Exception {
        String store = store();
        say("bulk trigger and drain");
        Throughput throughput = new Throughput(arena, options);
        throughput.measure();
        say("triggering one by one");
        BenchReport.Rate trigger1 = OneByOneTrigger.measure(arena, 1, options.scale());
        BenchReport.Rate trigger16 = OneByOneTrigger.measure(arena, 16, options.scale());
        say("latency");
        Latency.Result latency100 = Latency.measure(arena, 100, options.scale().span());
        Latency.Result latency2000 =
                Latency.measure(arena, 2_000, options.scale().span());
        BenchReport.Idle idle = idle(0);
        BenchReport.Idle idleSchedules = idle(options.scale().schedules());
        say("heap");
        BenchReport.Heap heap = Heap.measure(arena, options.scale().heap());
        BenchReport.History history = null;
        if (options.full()) {
            say("drain with history");
            history = History.measure(arena, options);
        }
        return new BenchReport(
                throughput.bulkTrigger(),
                trigger1,
                trigger16,
                throughput.drain(),
                latency100.latency(),
                latency2000.latency(),
                idle,
                idleSchedules,
                throughput.perRun(),
                heap,
                throughput.verified()
                        && latency100.verified()
                        && latency2000.verified()
                        && (history == null || history.verified()),
                history,
                options.runs(),
                store,
                Machine.here());
    }

    private BenchReport.Idle idle(int schedules) {
        say(schedules == 0 ? "idling" : "idling with schedules");
        return Idle.measure(new SqliteStores(arena), options.scale().span(), schedules);
    }

    private String store() throws SQLException {
        try (RawSql raw = new RawSql(arena.fresh())) {
            return "SQLite " + raw.version();
        }
    }

    private void say(String what) {
        options.progress().accept(what);
    }

    /** {@code java -cp … dev.errand.bench.Bench [--store URL] [--runs N] [--full] [--json]}. */
    public static void main(String[] arguments) throws InterruptedException {
        BenchOptions options = BenchOptions.defaults().withProgress(what -> System.err.println("Measuring: " + what));
        boolean json = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--json" -> json = true;
                case "--full" -> options = options.withFull(true);
                case "--store" -> options = options.withStore(arguments[++i]);
                case "--runs" -> options = options.withRuns(Integer.parseInt(arguments[++i]));
                default -> throw new IllegalArgumentException("'" + arguments[i] + "' is no option of the benchmark");
            }
        }
        BenchReport report = run(options);
        System.out.println(json ? report.json() : report.table());
    }
}
