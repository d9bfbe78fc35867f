package dev.errand.store.postgres;

import dev.errand.Failure;
import dev.errand.SubscriptionInfo;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPassage;
import dev.errand.store.SubscriptionClaim;
import dev.errand.store.SubscriptionStore;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Documents;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import dev.errand.store.sql.SubscriptionRows;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Durable subscriptions. Who passes events locks the subscription's row first, and so does the trigger that counts what is deleted: of the
 * two the second sees what the first has done.
 */
final class Subscriptions implements SubscriptionStore {
    private static final String CREATE = """
            insert into errand.subscription (name, created, epoch) values (?, ?, ?) on conflict (name) do nothing returning number
            """;
    private static final String BEGIN = """
            insert into errand.subscription_place (subscription, stream, position, part)
            select ?, stream, position, 0 from (%s) newest
            """.formatted(EventLog.LAST);

    private static final String CLAIM = """
            update errand.subscription s
               set node = ?, epoch = epoch + 1
             where name = ?
               and (node is null or node = ?
                    or not exists (
                        select from errand.node
                         where number = s.node and gone is null and greatest(beat, (select afresh from errand.upkeep)) >= ?))
               and exists (select from errand.node where number = ? and gone is null)
            returning number, epoch, acknowledged
            """;

    /** Places in streams of nodes of which nothing is told any more. */
    private static final String FORGET = """
            delete from errand.subscription_place
             where subscription = ? and lost = 0 and stream > 0
               and not exists (select from errand.node where number = stream / 4)
            """;

    private static final String PLACES =
            "select stream, position, part from errand.subscription_place where subscription = ?";

    private static final String RELEASE = "update errand.subscription set node = null where name = ? and epoch = ?";

    /** What was deleted and is passed all the same was read before. To say the same again changes nothing. */
    private static final String PASS = """
            with held as (
                update errand.subscription
                   set acknowledged_at = case when acknowledged = ? then acknowledged_at else ? end,
                       acknowledged = ?
                 where name = ? and epoch = ?
                returning number)
            insert into errand.subscription_place as place (subscription, stream, position, part, passed)
            select held.number, u.stream, u.position, u.part, u.passed
              from held
             cross join unnest(?::bigint[], ?::bigint[], ?::int[], ?::bigint[]) u(stream, position, part, passed)
             order by u.stream
                on conflict (subscription, stream) do update
               set position = excluded.position,
                   part = excluded.part,
                   passed = excluded.passed,
                   lost = case when (place.position, place.part) = (excluded.position, excluded.part) then place.lost
                               else greatest(0, place.lost - excluded.passed) end
            """;

    private static final String LOST = """
            select coalesce(sum(lost), 0)::bigint
              from errand.subscription s
              left join errand.subscription_place p on p.subscription = s.number
             where name = ? and epoch = ?
             group by s.number
            """;

    private static final String LOCK = "select number from errand.subscription where name = ? and epoch = ? for update";
    private static final String LOST_PLACES =
            "select stream, lost from errand.subscription_place where subscription = ? and lost > 0 order by stream";
    private static final String TOLD =
            "update errand.subscription_place set lost = lost - ? where subscription = ? and stream = ?";
    private static final String MISSED = "update errand.subscription set missed = missed + ? where number = ?";
    private static final String FAILED =
            "update errand.subscription set failures = failures + 1, failure = ? where name = ? and epoch = ?";
    private static final String ALL = "select " + SubscriptionRows.COLUMNS + " from errand.subscription ";
    private static final String FIND = ALL + "where name = ?";
    private static final String LIST = ALL + "order by name";
    private static final String REMOVE = "delete from errand.subscription where name = ?";

    private static final String COPY = """
            with copied as (
                insert into errand.subscription (name, created, epoch, acknowledged, acknowledged_at, missed, failures, failure)
                values (?, ?, ?, ?, ?, ?, ?, ?)
                returning number)
            insert into errand.subscription_place (subscription, stream, position, part, lost)
            select number, 0, 0, 0, ? from copied
            """;

    private record Held(long number, long epoch, long acknowledged) {}

    private record Lost(long stream, long events) {}

    private final Surroundings surroundings;
    private final Pool pool;
    private final Desk desk;

    Subscriptions(Surroundings surroundings, Pool pool, Desk desk) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.desk = desk;
    }

    @Override
    public void create(String name, boolean wholeLog) {
        desk.repeat(tx -> {
            long number = tx.sql(CREATE)
                    .set(name)
                    .set(tx.now())
                    .set(SubscriptionRows.firstEpoch())
                    .number();
            return number == 0 || wholeLog ? 0 : tx.sql(BEGIN).set(number).update();
        });
    }

    @Override
    public Optional<SubscriptionClaim> claim(String name) {
        return desk.transact(tx -> {
            long self = surroundings.node();
            @Nullable
            Held held = tx.sql(CLAIM)
                    .set(self)
                    .set(name)
                    .set(self)
                    .set(tx.now() - Looking.LEASE)
                    .set(self)
                    .first(row -> new Held(row.getLong(1), row.getLong(2), row.getLong(3)))
                    .orElse(null);
            if (held == null) {
                return Optional.empty();
            }
            tx.sql(FORGET).set(held.number()).update();
            EventCursor cursor = cursor(tx, held.number());
            return Optional.of(new SubscriptionClaim(name, held.epoch(), held.acknowledged(), cursor));
        });
    }

    private static EventCursor cursor(Tx tx, long number) throws SQLException {
        Map<Long, EventCursor.Place> places = new TreeMap<>();
        tx.sql(PLACES)
                .set(number)
                .each(row -> places.put(row.getLong(1), new EventCursor.Place(row.getLong(2), row.getInt(3))));
        return EventCursor.of(places);
    }

    @Override
    public void release(SubscriptionClaim claim) {
        pool.ask(database -> held(database.sql(RELEASE), claim).update());
        surroundings.committed(EnumSet.of(Notice.LOCKS));
    }

    @Override
    public boolean pass(SubscriptionClaim claim, List<EventPassage> passed, long acknowledged) {
        return pool.ask(database -> {
                    Sql pass = database.sql(PASS)
                            .set(acknowledged)
                            .set(surroundings.now())
                            .set(acknowledged);
                    return held(pass, claim)
                            .setObject(database.array("int8", Columns.longs(passed, EventPassage::stream)))
                            .setObject(database.array("int8", Columns.longs(passed, EventPassage::position)))
                            .setObject(database.array("int4", Columns.ints(passed, EventPassage::within)))
                            .setObject(database.array("int8", Columns.longs(passed, EventPassage::events)))
                            .update();
                })
                > 0;
    }

    @Override
    public OptionalLong lost(SubscriptionClaim claim) {
        return pool.ask(database -> held(database.sql(LOST), claim)
                .first(row -> OptionalLong.of(row.getLong(1)))
                .orElse(OptionalLong.empty()));
    }

    /** What was lost since it was asked is told the next time. */
    @Override
    public boolean told(SubscriptionClaim claim, long lost) {
        return desk.transact(tx -> {
            long number = held(tx.sql(LOCK), claim).number();
            if (number == 0) {
                return false;
            }
            long left = lost;
            for (Lost place : tx.sql(LOST_PLACES).set(number).list(row -> new Lost(row.getLong(1), row.getLong(2)))) {
                long told = Math.min(left, place.events());
                tx.sql(TOLD).set(told).set(number).set(place.stream()).update();
                left -= told;
            }
            tx.sql(MISSED).set(lost - left).set(number).update();
            return true;
        });
    }

    @Override
    public boolean failed(SubscriptionClaim claim, Failure failure) {
        String json = Documents.failure(failure);
        return pool.once(database -> held(database.sql(FAILED).set(json), claim).update()) > 0;
    }

    private static Sql held(Sql statement, SubscriptionClaim claim) throws SQLException {
        return statement.set(claim.name()).set(claim.epoch());
    }

    @Override
    public Optional<SubscriptionInfo> find(String name) {
        return pool.ask(database -> database.sql(FIND).set(name).first(SubscriptionRows::info));
    }

    @Override
    public List<SubscriptionInfo> list() {
        return pool.ask(database -> database.sql(LIST).list(SubscriptionRows::info));
    }

    @Override
    public boolean remove(String name) {
        boolean removed = pool.once(database -> database.sql(REMOVE).set(name).update()) > 0;
        surroundings.committed(EnumSet.of(Notice.LOCKS));
        return removed;
    }

    /** One that was in another store: the log begins anew, and what it had not passed it has missed. */
    static int insert(Database database, Kept.Subscribed kept) throws SQLException {
        return database.sql(COPY)
                .set(kept.name())
                .set(Times.micros(kept.createdAt()))
                .set(kept.epoch())
                .set(kept.acknowledged())
                .set(Times.microsOrNull(kept.acknowledgedAt()))
                .set(kept.missed())
                .set(kept.failures())
                .set(Documents.failure(kept.lastFailure()))
                .set(kept.open())
                .update();
    }
}
