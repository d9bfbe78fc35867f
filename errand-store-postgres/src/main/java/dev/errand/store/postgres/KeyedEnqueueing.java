package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.KeyHash;
import dev.errand.store.KeyStore.Stored;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.KeyedBatch;
import dev.errand.store.sql.KeyedBatch.Holder;
import dev.errand.store.sql.KeyedBatch.TriggerKey;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stores runs with keys within one transaction: locks the keys, looks who holds them, decides, writes. */
final class KeyedEnqueueing {
    /** With a snapshot that is newer than the locks, so not in their statement. Locked, which is written down, as in {@link Enqueueing}. */
    private static final String HOLDERS = """
            select wanted.place, k.run, k.until, k.payload, outcome.state, run.created
              from unnest(?::int[], ?::int[], ?::uuid[]) with ordinality wanted(task, kind, hash, place)
              join errand.trigger_key k on k.task = wanted.task and k.kind = wanted.kind and k.hash = wanted.hash
              join errand.run on run.id = k.run
              left join errand.outcome on outcome.run = k.run
               for update of k
            """;

    private static final String HOLD = """
            insert into errand.trigger_key (task, kind, hash, run, until, payload)
            select * from unnest(?::int[], ?::int[], ?::uuid[], ?::uuid[], ?::bigint[], ?::text[]::uuid[])
                on conflict (task, kind, hash) do update
               set run = excluded.run, until = excluded.until, payload = excluded.payload
            """;

    /** But those of bursts whose run somebody moved to a later time, which stands alone since. */
    private static final String PRUNE = """
            delete from errand.trigger_key
             where (task, kind, hash) in (
                select task, kind, hash
                  from errand.trigger_key k
                 where until <= ?
                   and not (kind = 1 and exists (
                        select 1 from errand.chunk where single and first = k.run and state = 0 and due > ?))
                 order by until
                 limit ?
                   for update skip locked)
            """;

    private static final String PAYLOAD = "update errand.run set payload = ? where id = ?";

    /** What a statement found of a key. */
    private record Found(
            TriggerKey key,
            RunId run,
            long until,
            @Nullable KeyHash payload,
            @Nullable RunState ended,
            long created) {}

    private final Tx tx;

    KeyedEnqueueing(Tx tx) {
        this.tx = tx;
    }

    /**
     * Stores them, unless somebody else has one of the locks.
     *
     * @param repeated whether they may be stored already
     * @return null if so; then nothing is written
     */
    @Nullable
    List<Stored> tryEnqueue(List<KeyedRun> runs, boolean repeated) throws SQLException {
        KeyedBatch batch = new KeyedBatch(runs);
        if (!KeyLocks.of(batch.keys(), tx.tasks()).tryAll(tx.database())) {
            return null;
        }
        look(batch);
        List<Stored> answers = batch.decide();
        List<NewRun> fresh = repeated ? Enqueueing.unknown(tx.database(), batch.fresh()) : batch.fresh();
        if (!fresh.isEmpty()) {
            PendingCaps.require(tx, fresh);
            Conflicts.storeWithin(tx, fresh);
        }
        for (KeyedBatch.Push push : batch.pushes()) {
            push(push);
        }
        hold(batch);
        return answers;
    }

    // ── looks

    /** Who holds the keys; of debounce keys also whether their runs wait, which they do then until this transaction ends. */
    void look(KeyedBatch batch) throws SQLException {
        List<TriggerKey> keys = batch.keys();
        List<Found> found = tx.sql(HOLDERS)
                .setObject(tx.array("int4", Columns.ints(keys, key -> KeyLocks.number(key, tx.tasks()))))
                .setObject(tx.array("int4", Columns.ints(keys, key -> key.kind().number())))
                .setObject(
                        new UuidArray(keys.stream().map(key -> uuid(key.hash())).toArray(UUID[]::new)))
                .list(row -> found(keys, row));
        for (Found one : found) {
            boolean debounced = one.key().kind() == KeyedBatch.Kind.DEBOUNCE;
            batch.found(
                    one.key(),
                    new Holder(
                            one.run(),
                            Times.instant(one.until()),
                            one.payload(),
                            one.ended(),
                            debounced && one.ended() == null ? delayed(one) : null));
        }
    }

    private static Found found(List<TriggerKey> keys, ResultSet row) throws SQLException {
        Object payload = row.getObject(4);
        Long ended = Sql.nullable(row, 5);
        return new Found(
                keys.get(row.getInt(1) - 1),
                Ids.of(row.getObject(2)),
                row.getLong(3),
                payload == null ? null : hash((UUID) payload),
                ended == null ? null : States.of(ended.intValue()),
                row.getLong(6));
    }

    private KeyedBatch.@Nullable Delayed delayed(Found found) throws SQLException {
        Whereabouts place = Whereabouts.lock(tx, found.run());
        return place == null || place.runState() != RunState.DELAYED
                ? null
                : new KeyedBatch.Delayed(
                        Times.instant(found.created()), Times.instant(place.due()), Times.instant(place.runExpires()));
    }

    // ── writes

    private void push(KeyedBatch.Push push) throws SQLException {
        Requests.reschedule(tx, push.run(), Times.micros(push.dueAt()), Times.microsOrNull(push.expiresAt()));
        byte[] payload = push.payload();
        if (payload != null) {
            tx.sql(PAYLOAD)
                    .set(new String(payload, StandardCharsets.UTF_8))
                    .setObject(Ids.uuid(push.run()))
                    .update();
        }
    }

    void hold(KeyedBatch batch) throws SQLException {
        if (batch.held().isEmpty()) {
            return;
        }
        List<TriggerKey> keys = List.copyOf(batch.held().keySet());
        List<Holder> holders = List.copyOf(batch.held().values());
        tx.sql(HOLD)
                .setObject(tx.array("int4", Columns.ints(keys, key -> KeyLocks.number(key, tx.tasks()))))
                .setObject(tx.array("int4", Columns.ints(keys, key -> key.kind().number())))
                .setObject(
                        new UuidArray(keys.stream().map(key -> uuid(key.hash())).toArray(UUID[]::new)))
                .setObject(new UuidArray(Columns.ids(holders, Holder::run)))
                .setObject(tx.array("int8", Columns.longs(holders, holder -> Times.micros(holder.until()))))
                .setObject(tx.array("text", Columns.texts(holders, holder -> text(holder.payload()))))
                .update();
    }

    static @Nullable String text(@Nullable KeyHash hash) {
        return hash == null ? null : uuid(hash).toString();
    }

    /** Forgets keys whose time has passed. Answers how many. */
    static int prune(Tx tx, int limit) throws SQLException {
        return tx.sql(PRUNE).set(tx.now()).set(tx.now()).set((long) limit).update();
    }

    static UUID uuid(KeyHash hash) {
        return new UUID(hash.high(), hash.low());
    }

    static KeyHash hash(UUID uuid) {
        return new KeyHash(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }
}
