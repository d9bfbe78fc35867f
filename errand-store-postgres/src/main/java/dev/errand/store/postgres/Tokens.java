package dev.errand.store.postgres;

import dev.errand.Page;
import dev.errand.StoreException;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.store.KeyHash;
import dev.errand.store.NewToken;
import dev.errand.store.TokenStore;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens. Who ends one locks its row, then those of who waits for it in the order of their keys, and never a run's; see {@link AwaitedTokens}
 * for those who begin to wait. What is answered of a token that others have written is read under a lock, which is written down: a commit
 * that writes waits for the standby.
 */
final class Tokens implements TokenStore {
    private static final String FIND = "select " + TokenRows.COLUMNS + " from errand.token where id = ?";

    private static final String KNOWN = FIND + " for key share";

    private static final String HOLDER =
            "select " + TokenRows.COLUMNS + " from errand.token where key = ? and key_until > ? for key share";

    private static final String FREE_KEY = "update errand.token set key = null where key = ? and key_until <= ?";

    private static final String END = """
            update errand.token
               set state = ?, ended = ?, ended_by = ?, value = ?, error = ?
             where id = ? and state = 0 and timeout > ?
            """;

    private static final String ENDED_BY = "select ended_by from errand.token where id = ? for key share";

    /** Answers how many of them are waited for just now. */
    static final String MARK = """
            with open as materialized (
                select run, kind, subject
                  from errand.awaited
                 where subject = ? and kind = 1 and state = 0
                 order by run),
            looked as materialized (
                select a.*
                  from open o
                 cross join lateral (
                     select ctid as place
                       from errand.awaited
                      where run = o.run and kind = o.kind and subject = o.subject and state + 0 = 0
                      limit 1
                        for update) a),
            marked as (
                update errand.awaited
                   set state = case when armed = 0 then 2 else 1 end
                 where ctid = any(array(select place from looked))
                returning armed)
            select count(*) from marked where armed <> 0
            """;

    /** How somebody ends a token. */
    private record End(
            TokenId token,
            UUID call,
            @Nullable String value,
            @Nullable String error) {}

    private final Surroundings surroundings;
    private final Pool pool;
    private final Desk desk;

    Tokens(Surroundings surroundings, Pool pool, Desk desk) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.desk = desk;
    }

    @Override
    public TokenInfo create(NewToken token) {
        return surely(() -> desk.transact(tx -> create(tx, token)));
    }

    /** Whom another forestalled finds that one's token, unless it has been deleted since, or its key is free by now. */
    private static TokenInfo create(Tx tx, NewToken token) throws SQLException {
        NewToken.Key key = token.key();
        KeyHash hash = key == null ? null : key.hash();
        Optional<TokenInfo> stored = Optional.empty();
        while (stored.isEmpty()) {
            if (hash != null) {
                filled(tx, FREE_KEY, hash).update();
            }
            TokenRows.insert(tx.database(), token);
            stored = tx.sql(KNOWN).setObject(Ids.uuid(token.id())).first(row -> TokenRows.read(row, tx.now()));
            if (stored.isEmpty() && hash != null) {
                stored = filled(tx, HOLDER, hash).first(row -> TokenRows.read(row, tx.now()));
            }
        }
        return stored.orElseThrow();
    }

    private static Sql filled(Tx tx, String statement, KeyHash key) throws SQLException {
        return tx.sql(statement).setObject(KeyedEnqueueing.uuid(key)).set(tx.now());
    }

    @Override
    public Optional<TokenInfo> find(TokenId token) {
        return pool.ask(database ->
                database.sql(FIND).setObject(Ids.uuid(token)).first(row -> TokenRows.read(row, surroundings.now())));
    }

    @Override
    public Optional<Boolean> end(TokenId token, byte @Nullable [] value, @Nullable String error) {
        String json = value == null ? null : new String(value, StandardCharsets.UTF_8);
        End end = new End(token, UUID.randomUUID(), json, Columns.storable(error));
        return surely(() -> desk.transact(tx -> end(tx, end)));
    }

    private static Optional<Boolean> end(Tx tx, End end) throws SQLException {
        int ended = tx.sql(END)
                .set((long) (end.value() == null ? TokenRows.FAILED : TokenRows.COMPLETED))
                .set(tx.now())
                .setObject(end.call())
                .set(end.value())
                .set(end.error())
                .setObject(Ids.uuid(end.token()))
                .set(tx.now())
                .update();
        if (ended == 0) {
            return tx.sql(ENDED_BY)
                    .setObject(Ids.uuid(end.token()))
                    .first(row -> end.call().equals(row.getObject(1)));
        }
        if (tx.sql(MARK).setObject(Ids.uuid(end.token())).number() > 0) {
            tx.tell(Notice.AWAITED);
        }
        return Optional.of(true);
    }

    @Override
    public Page<TokenInfo> list(TokenQuery query) {
        return pool.ask(database -> TokenListing.list(database, query, surroundings.now()));
    }

    /** If the answer to the commit is lost it is sent once more: what was done is known again. */
    private static <T> T surely(Supplier<T> request) {
        try {
            return request.get();
        } catch (StoreException e) {
            if (!PostgresErrors.isOutage(e)) {
                throw e;
            }
            return request.get();
        }
    }
}
