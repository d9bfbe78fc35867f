package dev.errand.compare.peer;

import dev.errand.compare.Statistics;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Does what a line asks for. Times are measured here, so that the way of the line does not count. */
final class Peer {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Engine engine;
    private final Triggers triggers;
    private Tally tally = new Tally(0, 0);
    private int from;
    private int count;
    private int steps;

    Peer(Engine engine) {
        this.engine = engine;
        this.triggers = new Triggers(engine);
    }

    Map<String, Object> answer(JsonNode request) throws Exception {
        String verb = request.get("do").asString();
        from = request.path("from").asInt(0);
        count = request.path("count").asInt(0);
        steps = request.path("steps").asInt(0);
        return switch (verb) {
            case "open" -> {
                engine.open(request.get("url").asString());
                yield Map.of();
            }
            case "open-to-trigger" -> {
                engine.openToTrigger(request.get("url").asString());
                yield Map.of();
            }
            case "bulk" -> timed(() -> triggers.bulk(from, count));
            case "later" -> timed(() -> triggers.later(from, count));
            case "one-by-one" -> oneByOne(request);
            case "timetable" -> timed(() -> byTimetable(request));
            case "work" -> timed(this::work);
            case "rest" -> timed(engine::stopWorking);
            case "ran" -> Map.of("ran", tally.ran());
            case "settle" -> settle();
            case "drain" -> drain();
            case "drain-while-triggering" -> drainWhileTriggering(request);
            case "latency" -> latency(request);
            case "close" -> timed(engine::close);
            default -> throw new IllegalArgumentException("'" + verb + "' is nothing that a peer can do");
        };
    }

    private void work() throws Exception {
        tally = new Tally(from, count);
        if (steps == 0) {
            engine.startWorking(tally);
        } else {
            engine.startWorking(steps, tally);
        }
    }

    private Map<String, Object> oneByOne(JsonNode request) throws Exception {
        long start = System.nanoTime();
        long end = start + (long) (request.get("seconds").asDouble() * 1e9);
        int done = triggers.oneByOne(request.get("threads").asInt(), from, count, () -> System.nanoTime() >= end);
        return Map.of("count", done, "seconds", secondsSince(start));
    }

    /** From before the work starts until the last end is recorded. */
    private Map<String, Object> drain() throws Exception {
        long start = System.nanoTime();
        work();
        awaitRecorded();
        double seconds = secondsSince(start);
        boolean verified = tally.clean() && engine.allEnded();
        engine.stopWorking();
        return Map.of("seconds", seconds, "verified", verified && tally.clean());
    }

    private void awaitRecorded() throws Exception {
        if (!tally.awaitAll(PATIENCE)) {
            throw new IllegalStateException(
                    "%,d of %,d bodies had not run after %s".formatted(count - tally.ran(), count, PATIENCE));
        }
        while (engine.pending()) {
            Thread.sleep(1);
        }
    }

    /** Of many nodes, of which each knows only what ran there. */
    private Map<String, Object> settle() throws Exception {
        while (engine.pending()) {
            Thread.sleep(1);
        }
        return Map.of("ran", tally.ran(), "clean", tally.clean(), "checksum", tally.checksum());
    }

    /** The rate of triggering counts only as long as the backlog lasts. */
    private Map<String, Object> drainWhileTriggering(JsonNode request) throws Exception {
        int backlog = count;
        int most = request.get("most").asInt();
        tally = new Tally(from, backlog + most);
        long start = System.nanoTime();
        long end = start + (long) (request.get("seconds").asDouble() * 1e9);
        engine.startWorking(tally);
        int done = triggers.oneByOne(
                request.get("threads").asInt(),
                from + backlog,
                most,
                () -> System.nanoTime() >= end || tally.ran() >= backlog);
        double seconds = secondsSince(start);
        awaitRan(backlog + done);
        engine.stopWorking();
        return Map.of("count", done, "seconds", seconds, "verified", tally.clean());
    }

    private void awaitRan(int expected) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (tally.ran() < expected || engine.pending()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "%,d of %,d bodies had not run after %s".formatted(expected - tally.ran(), expected, PATIENCE));
            }
            Thread.sleep(2);
        }
    }

    private void byTimetable(JsonNode request) throws Exception {
        triggers.byTimetable(from, count, firstAt(request), period(request), deadline(request));
    }

    /** Of the runs that another line triggers by its timetable, wherever; the clock is that of the whole machine. */
    private Map<String, Object> latency(JsonNode request) throws Exception {
        tally.awaitAll(Duration.ofNanos(Math.max(deadline(request) - System.nanoTime(), 0)));
        int left = count - tally.startedBy(deadline(request));
        long[] delays = tally.delays(request.get("skip").asInt(), firstAt(request), period(request));
        return Map.of(
                "p50",
                delays.length == 0 ? -1 : Statistics.percentile(delays, 50) / 1e6,
                "p99",
                delays.length == 0 ? -1 : Statistics.percentile(delays, 99) / 1e6,
                "left",
                left,
                "verified",
                left == 0 && tally.clean());
    }

    private static long deadline(JsonNode request) {
        return request.get("deadline").asLong();
    }

    private static long firstAt(JsonNode request) {
        return request.get("firstAt").asLong();
    }

    private static long period(JsonNode request) {
        return 1_000_000_000L / request.get("perSecond").asInt();
    }

    @FunctionalInterface
    private interface Deed {
        void run() throws Exception;
    }

    private static Map<String, Object> timed(Deed deed) throws Exception {
        long start = System.nanoTime();
        deed.run();
        return Map.of("seconds", secondsSince(start));
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
