package dev.errand.store.postgres;

import dev.errand.PublishedValue;
import dev.errand.RunId;
import dev.errand.SignalAnswer;
import dev.errand.SignalInfo;
import dev.errand.StoreException;
import dev.errand.store.Inbox;
import dev.errand.store.Mailbox;
import dev.errand.store.SignalStore;
import dev.errand.store.sql.SignalRows;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Signals. Who sends a run one has an advisory lock of that run alone until his commit, so that their positions, which are taken under it, are in the
 * order of the commits, and there are never more than may be. With each goes a change of its {@link Mailbox}: see {@link ValueChanges} for who waits for
 * that. Nothing of the run is locked, as a user's transaction may stay open for long: of one that ends meanwhile a signal is left that nobody receives.
 */
final class Signals implements SignalStore {
    private static final String TRY = "select pg_try_advisory_xact_lock(?)";

    /** Of a run that the transaction sees. Of another one nobody waits for the lock, while it is waited whether there is one. */
    private static final String LOCK = "select pg_advisory_xact_lock(?)::text from errand.run where id = ?";

    /** After the lock: it sees what was committed until then. Columns: whether it has ended, how many it has. */
    private static final String RUN = """
            select (select true from errand.outcome where run = r.id limit 1) is true,
                   (select count(*) from errand.signal where run = r.id)
              from errand.run r
             where id = ?
            """;

    private static final String SEND = """
            with written as (
                insert into errand.value (subject, name, version, value, at)
                values (?, ?, nextval('errand.value_version'), '0', ?)
                    on conflict (subject) do update set version = excluded.version, at = excluded.at
                returning version, subject, at),
            changed as (
                insert into errand.changed (version, subject) select version, subject from written),
            sent as (
                insert into errand.signal (run, name, position, at, value) select ?, ?, version, at, ? from written)
            select version, case when ? then pg_notify(?, ?)::text end from written
            """;

    private static final String LOOK = """
            select (select version from errand.value where subject = ?), first.position, first.value
              from (values (true)) one
              left join (
                  select position, value
                    from errand.signal
                   where run = ? and name = ? and position > ?
                   order by position
                   limit 1) first on true
            """;

    private static final String UNRECEIVED =
            "select name, value, at from errand.signal where run = ? order by position";

    private static final String PUBLISHED = "select name, value, at from errand.published where run = ? order by name";

    private static final String EXISTS = "select true from errand.run where id = ?";

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    /** For a run that somebody else may have triggered in a transaction that is still open. */
    private static final Duration OTHERS_PATIENCE = Duration.ofMinutes(2);

    private final Surroundings surroundings;
    private final Pool pool;
    private final Desk desk;
    private final UserTransactions users;
    private final Values values;
    private final InTurn patience = new InTurn(PATIENCE);

    Signals(Surroundings surroundings, Pool pool, Desk desk, UserTransactions users, Values values) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.desk = desk;
        this.users = users;
        this.values = values;
    }

    // ── sending

    @Override
    public SignalAnswer send(RunId run, String name, byte[] json) {
        Sending sending = new Sending(run, name, json);
        return Desk.again(() -> patience.untilFree(
                () -> tryOnce(sending),
                () -> new StoreException(
                        "A transaction has sent run %s a signal at %s and stays open; nothing was sent, send it again once that has ended"
                                .formatted(run, surroundings.settings().shownUrl()))));
    }

    /** Null if somebody has the lock: who did the last try perhaps, of which the server has not noticed yet that nobody hears its answer. */
    private @Nullable SignalAnswer tryOnce(Sending sending) {
        RunId run = sending.run();
        String name = sending.name();
        UUID subject = ValueRows.subject(Mailbox.of(run, name));
        try {
            SignalAnswer answer = desk.<@Nullable SignalAnswer>transact(tx -> {
                boolean alone = tx.sql(TRY)
                        .set(values.key(ofAll(run)))
                        .first(row -> row.getBoolean(1))
                        .orElseThrow();
                return alone ? send(tx, sending) : null;
            });
            if (answer == SignalAnswer.OK && values.isAwaited(subject)) {
                surroundings.committed(EnumSet.of(Notice.AWAITED));
            }
            return answer;
        } catch (StoreException e) {
            if (PostgresErrors.isOutage(e)) {
                surroundings.committed(EnumSet.of(Notice.AWAITED)); // it may be sent, of which only the answer was lost
            }
            throw e;
        }
    }

    @Override
    public SignalAnswer send(Connection connection, RunId run, String name, byte[] json, BooleanSupplier known)
            throws SQLException {
        try (Database database = users.within(connection)) {
            if (!locked(database, run) && !(isKnown(database, run, known) && lockedOnceKnown(database, run))) {
                return SignalAnswer.NOT_FOUND;
            }
            boolean notifies = surroundings.settings().notifies();
            return send(database, new Sending(run, name, json), surroundings.now(), notifies);
        }
    }

    private boolean locked(Database database, RunId run) throws SQLException {
        return database.sql(LOCK)
                .set(values.key(ofAll(run)))
                .setObject(Ids.uuid(run))
                .first(row -> true)
                .isPresent();
    }

    /**
     * The lock by which others are waited for is one of all ids that a process made within a moment: a transaction that shares it, since it has
     * triggered a run then, is not to wait for itself.
     */
    private boolean isKnown(Database database, RunId run, BooleanSupplier known) throws SQLException {
        if (!TransactionLocks.holders(database, run).self()) {
            return known.getAsBoolean();
        }
        try {
            if (!TransactionLocks.awaitOthers(database, run, OTHERS_PATIENCE)) {
                throw new StoreException(
                        "Run %s may be in a transaction that has been open for %d s; nothing was sent, send it again later"
                                .formatted(run, OTHERS_PATIENCE.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    "Interrupted while run %s may be in a transaction still open; nothing was sent".formatted(run), e);
        }
        return pool.ask(questions -> questions
                .sql(EXISTS)
                .setObject(Ids.uuid(run))
                .first(row -> row.getBoolean(1))
                .orElse(false));
    }

    /** It may have been deleted since, and it may be too new for the transaction. */
    private boolean lockedOnceKnown(Database database, RunId run) throws SQLException {
        boolean locked = locked(database, run);
        if (!locked && database.connection().getTransactionIsolation() > Connection.TRANSACTION_READ_COMMITTED) {
            throw new StoreException(
                    "Run %s was triggered after this transaction began, which sees nothing newer than itself; nothing was sent, send it in another one, or with the isolation READ COMMITTED"
                            .formatted(run));
        }
        return locked;
    }

    private static UUID ofAll(RunId run) {
        return ValueRows.subject(Mailbox.of(run, ""));
    }

    /** Under the lock; unless it is sent already. */
    private SignalAnswer send(Tx tx, Sending sending) throws SQLException {
        return sending.isSent(tx) ? SignalAnswer.OK : send(tx.database(), sending, tx.now(), false);
    }

    /** Under the lock. */
    private SignalAnswer send(Database database, Sending sending, long now, boolean notifies) throws SQLException {
        RunId run = sending.run();
        SignalAnswer answer = database.sql(RUN)
                .setObject(Ids.uuid(run))
                .first(row -> row.getBoolean(1)
                        ? SignalAnswer.FINISHED
                        : row.getInt(2) < SignalInfo.MOST ? SignalAnswer.OK : SignalAnswer.FULL)
                .orElse(SignalAnswer.NOT_FOUND);
        if (answer == SignalAnswer.OK) {
            String mailbox = Mailbox.of(run, sending.name());
            Sql send = database.sql(SEND)
                    .setObject(ValueRows.subject(mailbox))
                    .set(mailbox)
                    .set(now)
                    .setObject(Ids.uuid(run))
                    .set(sending.name())
                    .set(new String(sending.json(), StandardCharsets.UTF_8));
            long position = send.setObject(notifies)
                    .set(Notifier.channel(surroundings.settings().schema()))
                    .set(UserTransactions.payload(String.valueOf(Notice.AWAITED.letter())))
                    .number();
            sending.written(position, now);
        }
        return answer;
    }

    // ── questions

    @Override
    public Inbox look(RunId run, String name, long after) {
        return pool.ask(database -> database.sql(LOOK)
                .setObject(ValueRows.subject(Mailbox.of(run, name)))
                .setObject(Ids.uuid(run))
                .set(name)
                .set(after)
                .first(row -> SignalRows.inbox(row, run, name, Ids.FORMS))
                .orElseThrow());
    }

    @Override
    public List<SignalInfo> unreceived(RunId run) {
        return pool.ask(database ->
                database.sql(UNRECEIVED).setObject(Ids.uuid(run)).list(row -> SignalRows.signal(row, Ids.FORMS)));
    }

    @Override
    public List<PublishedValue> published(RunId run) {
        return pool.ask(database ->
                database.sql(PUBLISHED).setObject(Ids.uuid(run)).list(row -> SignalRows.published(row, Ids.FORMS)));
    }
}
