package dev.errand.store.sqlite;

import dev.errand.PublishedValue;
import dev.errand.RunId;
import dev.errand.SignalAnswer;
import dev.errand.SignalInfo;
import dev.errand.store.Inbox;
import dev.errand.store.Mailbox;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.SignalStore;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Times;
import dev.errand.store.sql.SignalRows;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Signals. Who sends one holds the lock for all writers until its commit, so that the run has not ended before, and of two who send the second finds what
 * the first has sent. With each goes a change of its {@link Mailbox}, which has the run go on that waits for it.
 */
final class Signals implements SignalStore {
    /** Columns: whether it has ended, how many it has. */
    private static final String RUN = """
            select exists (select 1 from outcome where number = run.number), (select count(*) from signal where run = run.number)
              from run
             where id = ?
            """;

    private static final String SEND = """
            insert into signal (position, run, name, value, at) values (?, (select number from run where id = ?), ?, ?, ?)
            """;

    private static final String LOOK = """
            select (select version from value where name = ?), first.position, first.value
              from (values (true))
              left join (
                  select position, value
                    from signal
                   where run = (select number from run where id = ?) and name = ? and position > ?
                   order by position
                   limit 1) first on true
            """;

    private static final String RECEIVE = "delete from signal where position = ? and run = ?";

    private static final String UNRECEIVED = """
            select name, value, at
              from signal
             where run = (select number from run where id = ?)
             order by position
            """;

    private static final String PUBLISHED = """
            select name, value, at
              from published
             where run = (select number from run where id = ?)
             order by name
            """;

    private static final String PUBLISH = """
            insert into published (run, name, value, at) values (?, ?, ?, ?)
                on conflict (run, name) do update set value = excluded.value, at = excluded.at
            """;

    static final String ALL = """
            select run.id, signal.name, signal.position, signal.value, signal.at
              from signal join run on run.number = signal.run
            """;

    static final String ALL_PUBLISHED = """
            select run.id, published.name, published.value, published.at
              from published join run on run.number = published.run
            """;

    private static final String COPY_PUBLISHED =
            "insert into published (run, name, value, at) values ((select number from run where id = ?), ?, ?, ?)";

    private static final byte[] CHANGED = {'0'};

    private final Writer writer;
    private final Readers readers;
    private final UserTransactions users;
    private final Values values;

    Signals(Writer writer, Readers readers, UserTransactions users, Values values) {
        this.writer = writer;
        this.readers = readers;
        this.users = users;
        this.values = values;
    }

    @Override
    public SignalAnswer send(RunId run, String name, byte[] json) {
        return writer.call(tx -> send(tx, run, name, json));
    }

    /** Who writes sees what all others have committed, and nobody else has a transaction open that has written. */
    @Override
    public SignalAnswer send(Connection connection, RunId run, String name, byte[] json, BooleanSupplier known)
            throws SQLException {
        return users.write(connection, tx -> send(tx, run, name, json));
    }

    private SignalAnswer send(Tx tx, RunId run, String name, byte[] json) throws SQLException {
        SignalAnswer answer = tx.sql(RUN)
                .set(Ids.bytes(run))
                .first(row -> row.getBoolean(1)
                        ? SignalAnswer.FINISHED
                        : row.getInt(2) < SignalInfo.MOST ? SignalAnswer.OK : SignalAnswer.FULL)
                .orElse(SignalAnswer.NOT_FOUND);
        if (answer == SignalAnswer.OK) {
            long position = values.change(tx, Mailbox.of(run, name), CHANGED).version();
            insert(tx.database(), new Kept.Signal(run, name, position, json, Times.instant(tx.now())));
        }
        return answer;
    }

    /** Those go that the steps have received that were kept. */
    static void received(Tx tx, List<Report> reports, Receipt[] receipts) throws SQLException {
        for (int i = 0; i < receipts.length; i++) {
            if (receipts[i] == Receipt.RECORDED
                    && reports.get(i) instanceof Report.Journaled step
                    && step.received() != null) {
                tx.sql(RECEIVE).set(step.received()).set(step.claim().number()).update();
            }
        }
    }

    /** Of a run that the transaction has seen to be held. */
    static void publish(Tx tx, long run, List<PublishedValue> values) throws SQLException {
        for (PublishedValue value : values) {
            tx.sql(PUBLISH)
                    .set(run)
                    .set(value.name())
                    .set(value.value().text().getBytes(StandardCharsets.UTF_8))
                    .set(Times.micros(value.publishedAt()))
                    .update();
        }
    }

    @Override
    public Inbox look(RunId run, String name, long after) {
        return readers.ask(database -> database.sql(LOOK)
                .set(Mailbox.of(run, name))
                .set(Ids.bytes(run))
                .set(name)
                .set(after)
                .first(row -> SignalRows.inbox(row, run, name, Ids.FORMS))
                .orElseThrow());
    }

    @Override
    public List<SignalInfo> unreceived(RunId run) {
        return readers.ask(database ->
                database.sql(UNRECEIVED).set(Ids.bytes(run)).list(row -> SignalRows.signal(row, Ids.FORMS)));
    }

    @Override
    public List<PublishedValue> published(RunId run) {
        return readers.ask(database ->
                database.sql(PUBLISHED).set(Ids.bytes(run)).list(row -> SignalRows.published(row, Ids.FORMS)));
    }

    /** Also one that was in another store. */
    static void insert(Database database, Kept.Signal signal) throws SQLException {
        database.sql(SEND)
                .set(signal.position())
                .set(Ids.bytes(signal.run()))
                .set(signal.name())
                .set(signal.json())
                .set(Times.micros(signal.sentAt()))
                .update();
    }

    /** One that was in another store. */
    static void insert(Database database, Kept.Published published) throws SQLException {
        database.sql(COPY_PUBLISHED)
                .set(Ids.bytes(published.run()))
                .set(published.name())
                .set(published.json())
                .set(Times.micros(published.at()))
                .update();
    }
}
