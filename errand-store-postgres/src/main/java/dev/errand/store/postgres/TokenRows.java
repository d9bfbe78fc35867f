package dev.errand.store.postgres;

import dev.errand.Json;
import dev.errand.TokenInfo;
import dev.errand.TokenState;
import dev.errand.store.KeyHash;
import dev.errand.store.NewToken;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of tokens. One whose time has passed is TIMED_OUT whether or not that is written, see {@link Tokens}. */
final class TokenRows {
    /** What {@link #read} reads. */
    static final String COLUMNS = "id, name, run, tags, key_text, created, timeout,"
            + " case when state = 0 and ended_by is not null then 3 else state end, ended, value, error, key_until";

    static final int OPEN = 0;
    static final int COMPLETED = 1;
    static final int FAILED = 2;
    /** Never stored. */
    static final int TIMED_OUT = 3;

    /** With its tags, unless its id is known or its key is held. */
    private static final String INSERT = """
            with fresh as (
                insert into errand.token (id, created, timeout, run, name, tags, key, key_until, key_text, state, ended, value, error)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    on conflict do nothing
                returning id, created, tags),
            tagged as (
                insert into errand.token_tag (tag, created, token)
                select distinct tag, created, id from fresh cross join unnest(tags) tag)
            select count(*) from fresh
            """;

    private TokenRows() {}

    static TokenInfo read(ResultSet row, long now) throws SQLException {
        String value = row.getString(10);
        Object run = row.getObject(3);
        long timeout = row.getLong(7);
        TokenState state = state(row.getInt(8), timeout, now);
        return new TokenInfo(
                Ids.token(row.getObject(1)),
                row.getString(2),
                run == null ? null : Ids.of(run),
                List.of((String[]) row.getArray(4).getArray()),
                row.getString(5),
                Times.instant(Sql.nullable(row, 12)),
                Times.instant(row.getLong(6)),
                Times.instant(timeout),
                state,
                state == TokenState.PENDING ? null : Times.instant(row.getLong(9)),
                value == null ? null : new Json(value),
                row.getString(11));
    }

    /** After the columns of {@link #read}: the hash of the key it holds. */
    static Kept kept(ResultSet row, long now) throws SQLException {
        Object key = row.getObject(13);
        return new Kept.Token(read(row, now), key == null ? null : KeyedEnqueueing.hash((UUID) key));
    }

    private static TokenState state(int number, long timeout, long now) {
        return switch (number) {
            case COMPLETED -> TokenState.COMPLETED;
            case FAILED -> TokenState.FAILED;
            case TIMED_OUT -> TokenState.TIMED_OUT;
            default -> timeout > now ? TokenState.PENDING : TokenState.TIMED_OUT;
        };
    }

    /** As it is stored. */
    static int number(TokenState state) {
        return switch (state) {
            case PENDING, TIMED_OUT -> OPEN;
            case COMPLETED -> COMPLETED;
            case FAILED -> FAILED;
        };
    }

    static void insert(Database database, NewToken token) throws SQLException {
        NewToken.Key key = token.key();
        TokenInfo info = new TokenInfo(
                token.id(),
                token.name(),
                token.run(),
                token.tags(),
                key == null ? null : key.text(),
                key == null ? null : key.until(),
                token.createdAt(),
                token.timeoutAt(),
                TokenState.PENDING,
                null,
                null,
                null);
        insert(database, info, key == null ? null : key.hash());
    }

    /**
     * One that may have ended.
     *
     * @param key that it holds; null for none
     */
    static void insert(Database database, TokenInfo token, @Nullable KeyHash key) throws SQLException {
        Instant ended = token.endedAt();
        Json value = token.value();
        long timeout = Times.micros(token.timeoutAt());
        Sql insert = database.sql(INSERT)
                .setObject(Ids.uuid(token.id()))
                .set(Times.micros(token.createdAt()))
                .set(timeout)
                .setObject(token.run() == null ? null : Ids.uuid(token.run()))
                .set(Columns.storable(token.name()))
                .setObject(database.array("text", Columns.texts(token.tags(), Columns::storable)))
                .setObject(key == null ? null : KeyedEnqueueing.uuid(key))
                .set(Times.microsOrNull(token.idempotencyKeyUntil()))
                .set(Columns.storable(token.idempotencyKey()))
                .set((long) number(token.state()))
                .set(ended == null ? timeout : Times.micros(ended))
                .set(value == null ? null : value.text())
                .set(Columns.storable(token.error()));
        insert.number();
    }
}
