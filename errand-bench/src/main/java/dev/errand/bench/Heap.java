package dev.errand.bench;

/** How much heap runs take that wait, queued or asleep; each in a JVM of its own, counted after a collection. */
final class Heap {
    private Heap() {}

    static BenchReport.Heap measure(Arena arena, int runs) {
        return new BenchReport.Heap(
                measure(arena, HeapEngine.QUEUED, runs),
                measure(arena, HeapEngine.SLEEPING, runs / 10),
                measure(arena, HeapEngine.SLEEPING, runs));
    }

    private static long measure(Arena arena, String what, int runs) {
        long bytes;
        try (Child engine = Child.start(HeapEngine.class, what, Arena.url(arena.fresh()), String.valueOf(runs))) {
            bytes = engine.ask();
        }
        arena.clear();
        return bytes;
    }
}
