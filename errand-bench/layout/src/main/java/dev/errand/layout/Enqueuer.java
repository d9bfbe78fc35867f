package dev.errand.layout;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Stores new runs over one connection, as the product's lane for that does. */
final class Enqueuer implements AutoCloseable {
    private static final int BATCH = 1_000;
    private static final long ENQUEUER = 1L << 20; // as events know it: no lane has this number

    private record Command(NewRun run, CompletableFuture<Boolean> done) {}

    private final Db db;
    private final Layout layout;
    private final Events events = new Events(ENQUEUER);

    Enqueuer(String url, Candidate candidate, boolean keyed) throws SQLException {
        this.db = new Db(url);
        this.layout = candidate.layout(db, ENQUEUER, keyed);
    }

    /** Stores a thousand in each commit. */
    void bulk(List<NewRun> runs) throws SQLException {
        for (int from = 0; from < runs.size(); from += BATCH) {
            store(runs.subList(from, Math.min(from + BATCH, runs.size())), true);
        }
    }

    private void store(List<NewRun> runs, boolean many) throws SQLException {
        events.stored(runs, Micros.now());
        if (many) {
            db.begin();
        }
        layout.enqueue(runs, events);
        if (many) {
            db.commit();
        }
    }

    /** Threads store theirs one after another, each waiting until its run is durable; who waits at the same time shares a commit. */
    void oneByOne(List<NewRun> runs, int threads) throws Exception {
        ConcurrentLinkedQueue<Command> queue = new ConcurrentLinkedQueue<>();
        Thread lane = Thread.currentThread();
        try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                calls.add(callers.submit(() -> {
                    for (int at = thread; at < runs.size(); at += threads) {
                        Command command = new Command(runs.get(at), new CompletableFuture<>());
                        queue.add(command);
                        LockSupport.unpark(lane);
                        command.done().get();
                    }
                    return thread;
                }));
            }
            try {
                share(queue, runs.size());
            } finally {
                callers.shutdownNow();
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
    }

    private void share(ConcurrentLinkedQueue<Command> queue, int runs) throws SQLException {
        int stored = 0;
        while (stored < runs) {
            List<Command> commands = new ArrayList<>();
            for (Command next = queue.poll(); next != null; next = queue.poll()) {
                commands.add(next);
            }
            if (commands.isEmpty()) {
                LockSupport.park(this);
                continue;
            }
            List<NewRun> group = commands.stream()
                    .map(Command::run)
                    .sorted((a, b) -> a.id().compareTo(b.id()))
                    .toList();
            store(group, group.size() > Layout.FEW);
            stored += group.size();
            commands.forEach(command -> command.done().complete(true));
        }
    }

    @Override
    public void close() throws SQLException {
        db.close();
    }
}
