package dev.errand.store.postgres;

import dev.errand.store.format.EventEncoder;
import dev.errand.store.sql.Sql;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may be used inside a transaction: its connection, one time for all of it, and the events it will write. */
final class Tx {
    private static final String INSERT_EVENTS = """
            insert into errand.event (stream, position, at, node, events, body)
            values (?, nextval('errand.event_position'), ?, ?, ?, ?)
            """;
    /** The same, as long as the node that writes them has not been taken for dead. */
    private static final String INSERT_EVENTS_OF_THE_LIVING = """
            with l as materialized (%s)
            insert into errand.event (stream, position, at, node, events, body)
            select stream, nextval('errand.event_position'), ?, ?, ?, ?
              from l
             where exists (select 1 from errand.node where number = ? and gone is null)
            """.formatted(Streams.OWN);

    /** The state of the remark that somebody awaits what has happened; also stands in a migration. */
    private static final String AWAITED = "ERR01";

    /** For those who have no stream of their own. They commit one after another. */
    static final long SHARED_STREAM = 0;

    private final Database database;
    private final TaskNumbers tasks;
    private final long now;
    private final long node;
    private final EventEncoder events = new EventEncoder();
    private final Set<Notice> notices = EnumSet.noneOf(Notice.class);
    private boolean givenUp;
    private boolean untold;

    /**
     * Begins.
     *
     * @param now in microseconds, by the store's clock
     * @param node this process's number as a node; 0 while it is none
     */
    Tx(Database database, TaskNumbers tasks, long now, long node) {
        this.database = database;
        this.tasks = tasks;
        this.now = now;
        this.node = node;
        events.begin(now);
    }

    Sql sql(String text) throws SQLException {
        return database.sql(text);
    }

    Database database() {
        return database;
    }

    Array array(String type, Object elements) throws SQLException {
        return database.array(type, elements);
    }

    /** The same during the whole transaction, in microseconds. */
    long now() {
        return now;
    }

    long node() {
        return node;
    }

    EventEncoder events() {
        return events;
    }

    TaskNumbers tasks() {
        return tasks;
    }

    /** Which task's line it is. */
    int taskOf(long line) throws SQLException {
        return tasks.taskOf(database, line);
    }

    /** Runs a statement that ends or deletes runs; tells who looks after the store if the database remarks that somebody awaits them. */
    int end(Sql statement) throws SQLException {
        int rows = statement.update();
        heed(statement);
        return rows;
    }

    /** See {@link #end}, of one that was run. */
    void heed(Sql statement) throws SQLException {
        for (@Nullable SQLWarning remark = statement.warnings(); remark != null; remark = remark.getNextWarning()) {
            if (AWAITED.equals(remark.getSQLState())) {
                tell(Notice.AWAITED);
            }
        }
    }

    /** Tells others, and this process, once it is committed. */
    void tell(Notice notice) {
        notices.add(notice);
    }

    /** Users' transactions have left events that nobody has brought into the log yet. */
    void seeUntold() {
        untold = true;
    }

    boolean seesUntold() {
        return untold;
    }

    /** Nothing of it is to be committed. */
    void giveUp() {
        givenUp = true;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    Set<Notice> notices() {
        return notices;
    }

    /** Writes the events. The last thing before the commit. */
    void finish(long stream) throws SQLException {
        if (events.isEmpty()) {
            return;
        }
        if (stream == SHARED_STREAM) {
            Streams.lockShared(database);
        }
        fill(INSERT_EVENTS, stream).update();
        tell(Notice.EVENTS);
    }

    /** Writes the events of this node, if there are any; as {@link #finish}. False if it has been taken for dead, and nothing may be committed. */
    boolean finishAlive(long stream) throws SQLException {
        if (events.isEmpty()) {
            return true;
        }
        tell(Notice.EVENTS);
        return fill(INSERT_EVENTS_OF_THE_LIVING, stream).set(node).update() > 0;
    }

    private Sql fill(String insert, long stream) throws SQLException {
        return database.sql(insert)
                .set(stream)
                .set(events.base())
                .set(node)
                .set((long) events.size())
                .set(events.body());
    }
}
