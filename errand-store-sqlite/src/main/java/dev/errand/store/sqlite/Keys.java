package dev.errand.store.sqlite;

import dev.errand.RunState;
import dev.errand.store.KeyHash;
import dev.errand.store.KeyStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.KeyedBatch;
import dev.errand.store.sql.KeyedBatch.Holder;
import dev.errand.store.sql.KeyedBatch.Kind;
import dev.errand.store.sql.KeyedBatch.TriggerKey;
import dev.errand.store.sql.Sql;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Triggers with keys. Who writes holds the lock for all writers, so that nobody else can want a key meanwhile. */
final class Keys implements KeyStore {
    private static final String HOLDER = """
            select run.id, k.until, k.payload, outcome.state, live.state, run.created, live.due, live.expires
              from trigger_key k
              join run on run.number = k.run
              left join outcome on outcome.number = k.run
              left join live on live.number = k.run
             where k.task = ? and k.kind = ? and k.hash = ?
            """;

    private static final String HOLD = """
            insert into trigger_key (task, kind, hash, run, until, payload)
            values (?, ?, ?, (select number from run where id = ?), ?, ?)
                on conflict (task, kind, hash) do update
               set run = excluded.run, until = excluded.until, payload = excluded.payload
            """;

    private static final String PAYLOAD = "update run set payload = ? where id = ?";
    private static final String RESET = "delete from trigger_key where task = ? and kind = 0 and hash = ?";

    /** But those of bursts whose run somebody moved to a later time. */
    private static final String PRUNE = """
            delete from trigger_key
             where (task, kind, hash) in (
                select task, kind, hash
                  from trigger_key
                 where until <= ?1
                   and not (kind = 1 and exists (
                        select 1 from live where number = trigger_key.run and state = 0 and due > ?1))
                 order by until
                 limit ?2)
            """;

    private final Writer writer;
    private final UserTransactions users;

    Keys(Writer writer, UserTransactions users) {
        this.writer = writer;
        this.users = users;
    }

    @Override
    public List<Stored> enqueue(List<KeyedRun> runs) {
        return runs.isEmpty() ? List.of() : writer.call(tx -> enqueue(tx, runs));
    }

    @Override
    public List<Stored> enqueue(Connection connection, List<KeyedRun> runs) throws SQLException {
        KeyedBatch.requireNoDebounce(runs);
        return runs.isEmpty() ? List.of() : users.write(connection, tx -> enqueue(tx, runs));
    }

    @Override
    public boolean reset(String task, KeyHash key) {
        TriggerKey wanted = TriggerKey.of(Kind.IDEMPOTENCY, task, key);
        return writer.call(tx -> {
            Holder holder = of(tx, HOLDER, wanted).first(Keys::holder).orElse(null);
            tx.sql(RESET).set((long) tx.task(task)).set(bytes(key)).update();
            return holder != null && holder.holds(Times.instant(tx.now()));
        });
    }

    static List<Stored> enqueue(Tx tx, List<KeyedRun> runs) throws SQLException {
        for (KeyedRun run : runs) {
            tx.task(run.run().task()); // a new one gets its number with its own spelling, not with a key's
        }
        KeyedBatch batch = new KeyedBatch(runs);
        for (TriggerKey key : batch.keys()) {
            Holder holder = of(tx, HOLDER, key).first(Keys::holder).orElse(null);
            if (holder != null) {
                batch.found(key, holder);
            }
        }
        List<Stored> answers = batch.decide();
        if (!batch.fresh().isEmpty()) {
            Enqueueing.enqueue(tx, batch.fresh());
        }
        for (KeyedBatch.Push push : batch.pushes()) {
            push(tx, push);
        }
        for (Map.Entry<TriggerKey, Holder> held : batch.held().entrySet()) {
            hold(tx, held.getKey(), held.getValue());
        }
        return answers;
    }

    private static Sql of(Tx tx, String statement, TriggerKey key) throws SQLException {
        return tx.sql(statement)
                .set((long) tx.task(key.task()))
                .set((long) key.kind().number())
                .set(bytes(key.hash()));
    }

    private static Holder holder(ResultSet row) throws SQLException {
        byte[] payload = row.getBytes(3);
        Long ended = Sql.nullable(row, 4);
        Long state = Sql.nullable(row, 5);
        boolean delayed = state != null && States.of(state.intValue()) == RunState.DELAYED;
        return new Holder(
                Ids.of(row.getBytes(1)),
                Times.instant(row.getLong(2)),
                payload == null ? null : hash(payload),
                ended == null ? null : States.of(ended.intValue()),
                delayed
                        ? new KeyedBatch.Delayed(
                                Times.instant(row.getLong(6)),
                                Times.instant(row.getLong(7)),
                                Times.instant(Sql.nullable(row, 8)))
                        : null);
    }

    private static void push(Tx tx, KeyedBatch.Push push) throws SQLException {
        Requests.reschedule(tx, push.run(), Times.micros(push.dueAt()), Times.microsOrNull(push.expiresAt()));
        if (push.payload() != null) {
            tx.sql(PAYLOAD).set(push.payload()).set(Ids.bytes(push.run())).update();
        }
    }

    private static void hold(Tx tx, TriggerKey key, Holder holder) throws SQLException {
        KeyHash payload = holder.payload();
        of(tx, HOLD, key)
                .set(Ids.bytes(holder.run()))
                .set(Times.micros(holder.until()))
                .set(payload == null ? null : bytes(payload))
                .update();
    }

    /** Forgets keys whose time has passed. Answers how many. */
    static int prune(Tx tx, int limit) throws SQLException {
        return tx.sql(PRUNE).set(tx.now()).set((long) limit).update();
    }

    static byte[] bytes(KeyHash hash) {
        return ByteBuffer.allocate(16).putLong(hash.high()).putLong(hash.low()).array();
    }

    static KeyHash hash(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new KeyHash(buffer.getLong(), buffer.getLong());
    }
}
