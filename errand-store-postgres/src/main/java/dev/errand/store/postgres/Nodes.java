package dev.errand.store.postgres;

import dev.errand.NodeInfo;
import dev.errand.StoreException;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.JsonText;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes, one row each, which its node renews: its lease. Who has not renewed it for too long is taken for dead by {@link Recovery}.
 * Time is the database's.
 */
final class Nodes {
    private static final Logger log = LoggerFactory.getLogger(Nodes.class);

    private static final String JOINING = """
            with next as (update errand.upkeep set last_node = last_node + 1 returning last_node)<build>
            insert into errand.node (number, name, pid, concurrency, started, beat)
            select last_node, ?, ?, ?, t, t
              from next, (select coalesce(?::bigint, errand.now()) as t) now
            returning number
            """;

    private static final String JOIN = JOINING.replace("<build>", "");

    private static final String JOIN_WITH_VERSION = JOINING.replace("<build>", """
            ,
            build as (insert into errand.build (node, version) select last_node, ? from next)""");

    static final String BEAT = """
            update errand.node
               set beat = greatest(beat, coalesce(?::bigint, errand.now()))
             where number = ? and gone is null""";

    /** What a node hears with its beat. */
    static final String HEARD = """
            (select true from errand.chunk where cancel is not null order by first limit 1) is not null as cancels,
            errand.now() as now,
            (select version from errand.rules) as rules,
            (select count(*) - 1 from errand.node where gone is null) as peers
            """;

    /** The database is there: {@link Looking} relies on that. Once a second is enough, and leaves the row that all share to others. */
    private static final String BEAT_AND_HEAR = """
            with beat as (%s returning concurrency),
            look as (
                update errand.upkeep
                   set afresh = case when now.t - looked > %d then now.t else afresh end,
                       looked = now.t
                  from (select (select count(*) from beat) as beats, coalesce(?::bigint, errand.now()) as t) now
                 where now.beats >= 0 and looked < now.t - 1000000)
            select concurrency, %s
              from beat
            """.formatted(BEAT, Looking.OUTAGE, HEARD);

    private static final String SERVE = "update errand.node set tasks = ? where number = ?";
    private static final String GONE = """
            update errand.node
               set gone = coalesce(?::bigint, errand.now())
             where number = ? and gone is null
            """;

    /** In microseconds, longer than any clock has been going. */
    private static final long FOR_EVER = 1L << 60;

    private static final String LIVING = """
            select number, name, pid, concurrency, started, tasks,
                   (select version from errand.build where build.node = node.number)
              from errand.node
             where gone is null
               and greatest(beat, (select afresh from errand.upkeep)) >= coalesce(?::bigint, errand.now()) - ?
             order by number
            """;

    private static final String PEERS = "select count(*) from errand.node where gone is null and number <> ?";

    private static final String WISH = """
            update errand.node
               set concurrency = ?
             where number = ? and gone is null
            """;

    private final Surroundings surroundings;
    private final Desk desk;
    private final Pool pool;
    private volatile boolean cancels = true;
    private volatile int peers = 1;
    private volatile boolean behind;

    Nodes(Surroundings surroundings, Desk desk, Pool pool) {
        this.surroundings = surroundings;
        this.desk = desk;
        this.pool = pool;
    }

    long join(String name, int concurrency, @Nullable String version) {
        // In no transaction: all nodes need the row that it locks, and in the middle of one a process may stand still.
        long number = pool.once(database -> (version == null
                        ? database.sql(JOIN)
                        : database.sql(JOIN_WITH_VERSION).set(version))
                .set(name)
                .set(ProcessHandle.current().pid())
                .set((long) concurrency)
                .set(surroundings.time().given())
                .number());
        surroundings.becomeNode(number);
        surroundings.committed(EnumSet.of(Notice.NODES));
        count();
        return number;
    }

    void serve(Set<String> tasks) {
        desk.transact(tx -> {
            tx.tell(Notice.NODES);
            return tx.sql(SERVE)
                    .set(JsonText.of(List.copyOf(new TreeSet<>(tasks))))
                    .set(surroundings.node())
                    .update();
        });
    }

    /** Renews the lease; empty if it was lost. Also hears what time it is, and how many others there are. */
    Optional<Integer> beat() {
        Optional<Integer> concurrency = pool.beat(database -> {
            long asked = System.nanoTime();
            return database.sql(BEAT_AND_HEAR)
                    .set(surroundings.time().given())
                    .set(surroundings.node())
                    .set(surroundings.time().given())
                    .first(row -> {
                        heard(row, asked);
                        return row.getInt("concurrency");
                    });
        });
        keepUp();
        return concurrency;
    }

    /** Takes {@link #HEARD} in; {@link #keepUp} follows. */
    void heard(ResultSet row, long asked) throws SQLException {
        surroundings.time().heard(row.getLong("now"), asked);
        cancels = row.getBoolean("cancels");
        peers = row.getInt("peers");
        behind = row.getLong("rules") > surroundings.tasks().rules().version();
    }

    /** Reads anew what was found to have changed, though nobody told of it. */
    void keepUp() {
        if (!behind) {
            return;
        }
        try {
            pool.ask(database -> {
                surroundings.tasks().load(database);
                return true;
            });
        } catch (StoreException e) { // the lease was renewed all the same
            log.atDebug()
                    .addKeyValue("reason", e.getMessage())
                    .log("Limits could not be read anew; the next beat will");
        }
    }

    /** Somebody may want a run to stop. */
    void requested() {
        cancels = true;
    }

    /** Whether somebody may want a run to stop, or the last beat found that. */
    boolean anyCancels() {
        return cancels;
    }

    /** Gives back what it holds, spending no attempt. */
    void leave(long node) {
        desk.repeat(tx -> {
            tx.tell(Notice.NODES);
            tx.sql(GONE).set(surroundings.time().given()).set(node).update();
            return Freeing.free(tx, node, false);
        });
    }

    /** How many other nodes there are, as far as is known; negative while this process is none and does not know. */
    int peers() {
        return surroundings.node() == 0 ? -1 : peers;
    }

    /**
     * Looks how many other nodes there are. Who is silent counts until it is taken for dead: after an outage all are silent for a while,
     * and who believed to be alone would neither tell the others anything nor expect to hear of them.
     */
    void count() {
        peers = pool.ask(
                database -> (int) database.sql(PEERS).set(surroundings.node()).number());
    }

    List<NodeInfo> living() {
        return silentFor(Looking.LEASE);
    }

    /** Those as well whose leases have ended. */
    List<NodeInfo> known() {
        return silentFor(FOR_EVER);
    }

    private List<NodeInfo> silentFor(long most) {
        return pool.ask(database ->
                database.sql(LIVING).set(surroundings.time().given()).set(most).list(this::info));
    }

    private NodeInfo info(ResultSet row) throws SQLException {
        long number = row.getLong(1);
        return new NodeInfo(
                number,
                row.getString(2),
                row.getLong(3),
                row.getInt(4),
                Times.instant(row.getLong(5)),
                JsonReader.texts(row.getString(6)),
                List.of(),
                null,
                row.getString(7),
                number == surroundings.node());
    }

    boolean wishConcurrency(long node, int concurrency) {
        return desk.transact(tx -> {
            tx.tell(Notice.REQUESTS);
            return tx.sql(WISH).set((long) concurrency).set(node).update() > 0;
        });
    }
}
