package dev.errand.store.sqlite;

import dev.errand.Page;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.NewToken;
import dev.errand.store.TokenStore;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tokens. Who writes holds the lock for all writers, so that of two who end a token or want a key one is first. No answer gets lost between
 * a commit and its caller: who is told that a token had ended did not end it.
 */
final class Tokens implements TokenStore {
    private static final String HOLDER = "select " + TokenRow.COLUMNS + " from token where key = ? and key_until > ?";
    private static final String LOSE_KEY = "update token set key = null where key = ?";
    private static final String IS_THERE = "select exists (select 1 from token where id = ?)";

    private static final String END = """
            update token
               set state = ?1, ends = ?2, value = ?3, error = ?4
             where id = ?5 and state = 0 and ends > ?2
            """;

    private final Writer writer;
    private final Readers readers;
    private final Clock clock;

    Tokens(Writer writer, Readers readers, Clock clock) {
        this.writer = writer;
        this.readers = readers;
        this.clock = clock;
    }

    @Override
    public TokenInfo create(NewToken token) {
        return writer.call(tx -> create(tx, token));
    }

    static TokenInfo create(Tx tx, NewToken token) throws SQLException {
        Optional<TokenInfo> known = TokenRow.find(tx.database(), token.id(), tx.now());
        if (known.isEmpty() && token.key() != null) {
            known = take(tx, token.key());
        }
        return known.isPresent() ? known.get() : insert(tx, token);
    }

    /** The token that holds the key; if none does, the key is free from now on. */
    private static Optional<TokenInfo> take(Tx tx, NewToken.Key key) throws SQLException {
        byte[] hash = Keys.bytes(key.hash());
        Optional<TokenInfo> holder = tx.sql(HOLDER).set(hash).set(tx.now()).first(row -> TokenRow.read(row, tx.now()));
        if (holder.isEmpty()) {
            tx.sql(LOSE_KEY).set(hash).update();
        }
        return holder;
    }

    private static TokenInfo insert(Tx tx, NewToken token) throws SQLException {
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
        TokenRow.insert(tx.database(), new Kept.Token(info, key == null ? null : key.hash()));
        return TokenRow.find(tx.database(), token.id(), tx.now()).orElseThrow();
    }

    /** That it has timed out is for the writer to say: somebody may be about to commit its end, and who ends it later reads a later time. */
    @Override
    public Optional<TokenInfo> find(TokenId token) {
        Optional<TokenInfo> seen =
                readers.ask(database -> TokenRow.find(database, token, Times.micros(clock.instant())));
        return seen.filter(info -> info.state() == TokenState.TIMED_OUT).isPresent()
                ? writer.call(tx -> TokenRow.find(tx.database(), token, tx.now()))
                : seen;
    }

    @Override
    public Optional<Boolean> end(TokenId token, byte @Nullable [] value, @Nullable String error) {
        return writer.call(tx -> end(tx, token, value, error));
    }

    static Optional<Boolean> end(Tx tx, TokenId token, byte @Nullable [] value, @Nullable String error)
            throws SQLException {
        int ended = tx.sql(END)
                .set((long) (error == null ? TokenRow.COMPLETED : TokenRow.FAILED))
                .set(tx.now())
                .set(value)
                .set(error)
                .set(Ids.bytes(token))
                .update();
        if (ended > 0) {
            tx.awaited().ended(tx, token);
            return Optional.of(true);
        }
        boolean there = tx.sql(IS_THERE).set(Ids.bytes(token)).number() != 0;
        return there ? Optional.of(false) : Optional.empty();
    }

    @Override
    public Page<TokenInfo> list(TokenQuery query) {
        return readers.ask(database -> TokenListing.list(database, query, Times.micros(clock.instant())));
    }
}
