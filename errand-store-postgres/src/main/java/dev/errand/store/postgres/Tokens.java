package dev.errand.store.postgres;

import dev.errand.Page;
import dev.errand.StoreException;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.KeyHash;
import dev.errand.store.NewToken;
import dev.errand.store.TokenStore;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens. Who ends one locks its row, then those of who waits for it in the order of their keys, and never a run's; see {@link AwaitedTokens}
 * for those who begin to wait. What is answered of a token that others have written is read under a lock, which is written down: a commit
 * that writes waits for the standby.
 *
 * <p>Whether a token's time has passed is asked of the database's own clock: processes may stand still in between, or be a little behind.
 * Who finds that it has writes so before anybody is told, which waits for who ends the token just then; and nobody ends it afterwards.
 */
final class Tokens implements TokenStore {
    private static final String KNOWN = "select " + TokenRows.COLUMNS + " from errand.token where id = ? for key share";

    private static final String HOLDER =
            "select " + TokenRows.COLUMNS + " from errand.token where key = ? and key_until > ? for key share";

    private static final String FREE_KEY = "update errand.token set key = null where key = ? and key_until <= ?";

    /** With what time it is, and whether it is written down who ended it, or that nobody did. */
    private static final String LOOK = "select " + TokenRows.COLUMNS + """
            , coalesce(?::bigint, errand.now()), ended_by is not null
              from errand.token
             where id = ?
            """;

    private static final String TIME_OUT = """
            update errand.token
               set ended_by = '00000000-0000-0000-0000-000000000000'
             where id = ? and state = 0 and ended_by is null and timeout <= coalesce(?::bigint, errand.now())
            """;

    private static final String END = """
            update errand.token
               set state = ?, ended = ?, ended_by = ?, value = ?, error = ?
             where id = ? and state = 0 and ended_by is null and timeout > coalesce(?::bigint, errand.now())
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

    /**
     * How a token stands.
     *
     * @param settled whether it is written down how it ended
     */
    private record Seen(TokenInfo token, boolean settled) {
        static Seen read(ResultSet row) throws SQLException {
            return new Seen(TokenRows.read(row, row.getLong(13)), row.getBoolean(14));
        }
    }

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
        Optional<Seen> seen = pool.ask(database -> look(database, token));
        boolean toSettle = seen.filter(one -> !one.settled() && one.token().state() == TokenState.TIMED_OUT)
                .isPresent();
        return toSettle ? surely(() -> desk.transact(tx -> timeOut(tx, token))) : seen.map(Seen::token);
    }

    private Optional<Seen> look(Database database, TokenId token) throws SQLException {
        return database.sql(LOOK)
                .set(surroundings.time().given())
                .setObject(Ids.uuid(token))
                .first(Seen::read);
    }

    /** Unless somebody ends it just now. */
    private Optional<TokenInfo> timeOut(Tx tx, TokenId token) throws SQLException {
        tx.sql(TIME_OUT)
                .setObject(Ids.uuid(token))
                .set(surroundings.time().given())
                .update();
        return look(tx.database(), token).map(Seen::token);
    }

    @Override
    public Optional<Boolean> end(TokenId token, byte @Nullable [] value, @Nullable String error) {
        String json = value == null ? null : new String(value, StandardCharsets.UTF_8);
        End end = new End(token, UUID.randomUUID(), json, Columns.storable(error));
        return surely(() -> desk.transact(tx -> end(tx, end)));
    }

    private Optional<Boolean> end(Tx tx, End end) throws SQLException {
        int ended = tx.sql(END)
                .set((long) (end.value() == null ? TokenRows.FAILED : TokenRows.COMPLETED))
                .set(tx.now())
                .setObject(end.call())
                .set(end.value())
                .set(end.error())
                .setObject(Ids.uuid(end.token()))
                .set(surroundings.time().given())
                .update();
        if (ended == 0) {
            Optional<Boolean> before = tx.sql(ENDED_BY)
                    .setObject(Ids.uuid(end.token()))
                    .first(row -> end.call().equals(row.getObject(1)));
            if (before.orElse(false)) { // nobody was told, as the answer was lost
                tx.tell(Notice.AWAITED);
            }
            return before;
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
