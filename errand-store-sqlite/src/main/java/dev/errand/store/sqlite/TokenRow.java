package dev.errand.store.sqlite;

import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenState;
import dev.errand.store.KeyHash;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** A token as its table has it. Whether it is pending or has timed out is for the clock to say, of which all times here are, in microseconds. */
final class TokenRow {
    /** What {@link #read} wants. */
    static final String COLUMNS =
            "id, name, run, tags, key_text, created, timeout, state, ends, value, error, key, key_until";

    static final int OPEN = 0;
    static final int COMPLETED = 1;
    static final int FAILED = 2;

    private static final String FIND = "select " + COLUMNS + " from token where id = ?";
    private static final String ALL = "select " + COLUMNS + " from token order by created, id";
    private static final String INSERT =
            "insert into token (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String TAG =
            "insert into token_tag (tag, created, token) values (?, ?, ?) on conflict do nothing";

    private TokenRow() {}

    static Optional<TokenInfo> find(Database database, TokenId token, long now) throws SQLException {
        return database.sql(FIND).set(Ids.bytes(token)).first(row -> read(row, now));
    }

    static TokenInfo read(ResultSet row, long now) throws SQLException {
        byte[] run = row.getBytes(3);
        byte[] value = row.getBytes(10);
        TokenState state = state(row.getInt(8), row.getLong(9), now);
        return new TokenInfo(
                Ids.token(row.getBytes(1)),
                row.getString(2),
                run == null ? null : Ids.of(run),
                JsonReader.texts(row.getString(4)),
                row.getString(5),
                Times.instant(Sql.nullable(row, 13)),
                Times.instant(row.getLong(6)),
                Times.instant(row.getLong(7)),
                state,
                state == TokenState.PENDING ? null : Times.instant(row.getLong(9)),
                value == null ? null : new Json(new String(value, StandardCharsets.UTF_8)),
                row.getString(11));
    }

    private static TokenState state(int state, long ends, long now) {
        return switch (state) {
            case COMPLETED -> TokenState.COMPLETED;
            case FAILED -> TokenState.FAILED;
            default -> ends > now ? TokenState.PENDING : TokenState.TIMED_OUT;
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

    /** Hands over all of them. */
    static void all(Database database, long now, Consumer<Kept> taker) throws SQLException {
        database.sql(ALL).each(row -> {
            byte[] key = row.getBytes(12);
            taker.accept(new Kept.Token(read(row, now), key == null ? null : Keys.hash(key)));
        });
    }

    /** With its tags. */
    static void insert(Database database, Kept.Token token) throws SQLException {
        TokenInfo info = token.info();
        RunId run = info.run();
        Json value = info.value();
        KeyHash key = token.key();
        Instant ends = info.endedAt() == null ? info.timeoutAt() : info.endedAt();
        Sql insert = database.sql(INSERT)
                .set(Ids.bytes(info.id()))
                .set(info.name())
                .set(run == null ? null : Ids.bytes(run))
                .set(Documents.tags(info.tags()))
                .set(info.idempotencyKey())
                .set(Times.micros(info.createdAt()))
                .set(Times.micros(info.timeoutAt()))
                .set((long) number(info.state()))
                .set(Times.micros(ends))
                .set(value == null ? null : value.text().getBytes(StandardCharsets.UTF_8))
                .set(info.error())
                .set(key == null ? null : Keys.bytes(key))
                .set(Times.microsOrNull(info.idempotencyKeyUntil()));
        insert.update();
        for (String tag : info.tags()) {
            database.sql(TAG)
                    .set(tag)
                    .set(Times.micros(info.createdAt()))
                    .set(Ids.bytes(info.id()))
                    .update();
        }
    }
}
