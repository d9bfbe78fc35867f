package dev.errand.store.sqlite;

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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Durable subscriptions. There is one stream of events, and one writer at a time. */
final class Subscriptions implements SubscriptionStore {
    private static final String CREATE = """
            insert into subscription (name, created, epoch, position) values (?, ?, ?, ?) on conflict do nothing
            """;
    private static final String LAST_EVENT = "select max(position) from event";
    private static final String HOLDER = "select node from subscription where name = ?";
    private static final String TAKE = "update subscription set node = ?, epoch = epoch + 1 where name = ?";
    private static final String TAKEN =
            "select name, epoch, acknowledged, position, part from subscription where name = ?";
    private static final String RELEASE = "update subscription set node = null where name = ? and epoch = ?";

    /** What was deleted and is passed all the same was read before. To say the same again changes nothing. */
    private static final String PASS = """
            update subscription
               set lost = iif(position = ?1 and part = ?2, lost, max(0, lost - ?3)),
                   acknowledged_at = iif(acknowledged = ?4, acknowledged_at, ?5),
                   position = ?1, part = ?2, acknowledged = ?4
             where name = ?6 and epoch = ?7
            """;

    private static final String LOST = "select lost from subscription where name = ? and epoch = ?";
    private static final String TOLD =
            "update subscription set lost = max(0, lost - ?1), missed = missed + ?1 where name = ?2 and epoch = ?3";
    private static final String FAILED =
            "update subscription set failures = failures + 1, failure = ? where name = ? and epoch = ?";
    private static final String ALL = "select " + SubscriptionRows.COLUMNS + " from subscription ";
    private static final String FIND = ALL + "where name = ?";
    private static final String LIST = ALL + "order by name";
    private static final String REMOVE = "delete from subscription where name = ?";

    private static final String COPY = """
            insert into subscription (name, created, epoch, acknowledged, acknowledged_at, missed, failures, failure, lost, position)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
            """;

    private final Writer writer;
    private final Readers readers;
    private final NodeLocks nodes;
    private final LongSupplier self;

    /** @param self this process's number as a node; 0 while it is none */
    Subscriptions(Writer writer, Readers readers, NodeLocks nodes, LongSupplier self) {
        this.writer = writer;
        this.readers = readers;
        this.nodes = nodes;
        this.self = self;
    }

    @Override
    public void create(String name, boolean wholeLog) {
        writer.call(tx -> {
            long from = wholeLog ? 0 : tx.sql(LAST_EVENT).number();
            return tx.sql(CREATE)
                    .set(name)
                    .set(tx.now())
                    .set(SubscriptionRows.firstEpoch())
                    .set(from)
                    .update();
        });
    }

    /** Those who wait ask often: only one that seems to be free has the writer look. */
    @Override
    public Optional<SubscriptionClaim> claim(String name) {
        long holder = readers.ask(database -> database.sql(HOLDER).set(name).number());
        return isOthers(holder) ? Optional.empty() : writer.call(tx -> claim(tx, name));
    }

    private Optional<SubscriptionClaim> claim(Tx tx, String name) throws SQLException {
        long holder = tx.sql(HOLDER).set(name).number();
        if (!tx.isListed() || isOthers(holder)) {
            return Optional.empty();
        }
        tx.sql(TAKE).set(tx.node()).set(name).update();
        return tx.sql(TAKEN).set(name).first(Subscriptions::read);
    }

    private boolean isOthers(long holder) {
        return holder != 0 && holder != self.getAsLong() && nodes.isAlive(holder);
    }

    private static SubscriptionClaim read(ResultSet row) throws SQLException {
        EventCursor.Place place = new EventCursor.Place(row.getLong(4), row.getInt(5));
        return new SubscriptionClaim(row.getString(1), row.getLong(2), row.getLong(3), EventLog.cursor(place));
    }

    @Override
    public void release(SubscriptionClaim claim) {
        writer.call(tx -> {
            tx.wake();
            return held(tx.sql(RELEASE), claim).update();
        });
    }

    @Override
    public boolean pass(SubscriptionClaim claim, List<EventPassage> passed, long acknowledged) {
        EventPassage passage = passed.getFirst();
        return writer.call(tx -> held(
                                tx.sql(PASS)
                                        .set(passage.position())
                                        .set((long) passage.within())
                                        .set(passage.events())
                                        .set(acknowledged)
                                        .set(tx.now()),
                                claim)
                        .update())
                > 0;
    }

    @Override
    public OptionalLong lost(SubscriptionClaim claim) {
        return readers.ask(database -> held(database.sql(LOST), claim)
                .first(row -> OptionalLong.of(row.getLong(1)))
                .orElse(OptionalLong.empty()));
    }

    @Override
    public boolean told(SubscriptionClaim claim, long lost) {
        return writer.call(tx -> held(tx.sql(TOLD).set(lost), claim).update()) > 0;
    }

    @Override
    public boolean failed(SubscriptionClaim claim, Failure failure) {
        String json = Documents.failure(failure);
        return writer.call(tx -> held(tx.sql(FAILED).set(json), claim).update()) > 0;
    }

    private static Sql held(Sql statement, SubscriptionClaim claim) throws SQLException {
        return statement.set(claim.name()).set(claim.epoch());
    }

    @Override
    public Optional<SubscriptionInfo> find(String name) {
        return readers.ask(database -> database.sql(FIND).set(name).first(SubscriptionRows::info));
    }

    @Override
    public List<SubscriptionInfo> list() {
        return readers.ask(database -> database.sql(LIST).list(SubscriptionRows::info));
    }

    @Override
    public boolean remove(String name) {
        return writer.call(tx -> {
            tx.wake();
            return tx.sql(REMOVE).set(name).update() > 0;
        });
    }

    /** One that was in another store: the log begins anew, and what it had not passed it has missed. */
    static void insert(Database database, Kept.Subscribed kept) throws SQLException {
        database.sql(COPY)
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
