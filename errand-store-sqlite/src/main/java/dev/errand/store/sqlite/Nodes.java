package dev.errand.store.sqlite;

import dev.errand.NodeInfo;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The processes that work on this database, this one among them. */
final class Nodes {
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final String INSERT = """
            insert into node (name, pid, port, concurrency, started) values (?, ?, ?, ?, ?)
            returning number
            """;
    private static final String DELETE = "delete from node where number = ?";
    private static final String BUILD = "insert into build (node, version) values (?, ?)";
    private static final String ALL = """
            select number, name, pid, concurrency, started, tasks, (select version from build where build.node = node.number)
              from node
             order by number
            """;
    private static final String SERVE = "update node set tasks = ? where number = ?";
    private static final String WISH = "update node set concurrency = ? where number = ?";
    private static final String CONCURRENCY = "select concurrency from node where number = ?";

    private static final String LAST = "select seq from sqlite_sequence where name = 'node'";

    private final Writer writer;
    private final Readers readers;
    private final NodeLocks locks;
    private final Pings pings;
    private final Claiming claiming;
    private final Tx tx;

    Nodes(Writer writer, Readers readers, NodeLocks locks, Pings pings, Claiming claiming, Tx tx) {
        this.writer = writer;
        this.readers = readers;
        this.locks = locks;
        this.pings = pings;
        this.claiming = claiming;
        this.tx = tx;
    }

    synchronized long join(String name, int concurrency, @Nullable String version) {
        if (self() != 0) {
            throw new IllegalStateException("this process is a node already, number " + self());
        }
        int port = pings.listen(writer::lookAsTold);
        AtomicLong locked = new AtomicLong();
        try {
            long number = writer.call(tx -> join(tx, name, concurrency, version, port, locked));
            writer.lookEvery(LOOK_EVERY_NANOS);
            return number;
        } catch (RuntimeException e) {
            // Nobody was told of this number, so that another may get it.
            pings.deafen();
            locks.forget(locked.get());
            throw e;
        }
    }

    /** The lock is taken before others can see the node, who would else take it for dead. */
    private long join(Tx tx, String name, int concurrency, @Nullable String version, int port, AtomicLong locked)
            throws SQLException {
        long node = insert(tx, name, concurrency, port);
        locks.take(node);
        locked.set(node);
        if (version != null) {
            tx.sql(BUILD).set(node).set(version).update();
        }
        tx.afterCommit(() -> tx.becomeNode(node));
        tx.wake();
        return node;
    }

    private static long insert(Tx tx, String name, int concurrency, int port) throws SQLException {
        return tx.sql(INSERT)
                .set(name)
                .set(ProcessHandle.current().pid())
                .set((long) port)
                .set((long) concurrency)
                .set(tx.now())
                .number();
    }

    /** This process's number; 0 while it is no node. */
    long self() {
        return tx.node();
    }

    void serve(Set<String> tasks) {
        String sorted = Documents.tags(tasks.stream().sorted().toList());
        writer.call(tx -> {
            tx.wake();
            return tx.sql(SERVE).set(sorted).set(self()).update();
        });
    }

    synchronized void leave() {
        long node = self();
        if (node == 0) {
            return;
        }
        boolean mayHold = writer.call(tx -> {
            boolean holds = claiming.mayHold();
            tx.afterCommit(claiming::withdraw);
            return holds;
        });
        if (mayHold) {
            Held.ofNode(readers, node).giveBack(writer);
        }
        writer.call(tx -> {
            tx.wake();
            tx.afterCommit(() -> tx.becomeNode(0));
            Locks.forget(tx, node);
            return tx.sql(DELETE).set(node).update();
        });
        gone(node);
    }

    private void gone(long node) {
        pings.deafen();
        writer.lookEvery(0);
        locks.forget(node);
    }

    synchronized Optional<Integer> beat() {
        long node = self();
        Optional<Integer> concurrency =
                readers.ask(database -> database.sql(CONCURRENCY).set(node).first(row -> row.getInt(1)));
        if (concurrency.isPresent() && locks.isHeld(node)) {
            return concurrency;
        }
        if (node != 0) {
            writer.call(tx -> {
                tx.afterCommit(() -> tx.becomeNode(0));
                tx.afterCommit(claiming::withdraw);
                return node;
            });
            gone(node);
        }
        return Optional.empty();
    }

    List<NodeInfo> living() {
        return all().stream().filter(node -> locks.isAlive(node.number())).toList();
    }

    /** The dead included that nobody cleared away yet. */
    List<NodeInfo> all() {
        long self = self();
        return readers.ask(database -> database.sql(ALL)
                .list(row -> new NodeInfo(
                        row.getLong(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getInt(4),
                        Times.instant(row.getLong(5)),
                        JsonReader.texts(row.getString(6)),
                        List.of(),
                        null,
                        row.getString(7),
                        row.getLong(1) == self)));
    }

    /** The highest number ever given. */
    long lastNumber() {
        return readers.ask(database -> database.number(LAST));
    }

    boolean wishConcurrency(long node, int concurrency) {
        if (!locks.isAlive(node)) {
            return false;
        }
        return writer.call(tx -> {
                    tx.wake();
                    return tx.sql(WISH).set((long) concurrency).set(node).update();
                })
                > 0;
    }

    /** Clears away one that is dead and holds nothing any more. */
    void bury(long node) {
        writer.call(tx -> {
            tx.wake();
            tx.free(); // with it goes what lingers there
            Locks.forget(tx, node);
            return tx.sql(DELETE).set(node).update();
        });
        locks.forget(node);
    }

    /** As if this process had died. */
    void abandon() {
        pings.deafen();
        locks.drop(self());
    }
}
