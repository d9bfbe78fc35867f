package dev.errand.store.sqlite;

import dev.errand.TokenId;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;

/**
 * Deletes tokens past their retention, the oldest first, in slices that hold nobody up. What a run has created, awaits or has awaited stays
 * as long as the run: such tokens are passed without writing.
 */
final class TokenPruning {
    private static final int SLICE = 500;

    static final String PAST = """
            select ends, id, exists (select 1 from awaited where kind = 1 and subject = token.id)
                             or exists (select 1 from run where run.id = token.run)
              from token indexed by token_ends
             where (ends, id) > (?, ?) and ends <= ?
             order by ends, id
             limit ?
            """;

    /** Somebody may have begun to wait for it just now. */
    private static final Batch DELETE = new Batch("""
            delete from token
             where id in (%s) and not exists (select 1 from awaited where kind = 1 and subject = token.id)
               and not exists (select 1 from run where run.id = token.run)
            """, "?");

    private record Past(TokenPlace place, boolean kept) {}

    private final Writer writer;
    private final Readers readers;

    TokenPruning(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    /** @param until when they had ended or timed out, in microseconds */
    void prune(long until) {
        TokenPlace place = TokenPlace.FIRST;
        List<Past> slice = past(place, until);
        while (!slice.isEmpty()) {
            delete(slice);
            place = slice.getLast().place();
            slice = past(place, until);
        }
    }

    private List<Past> past(TokenPlace after, long until) {
        return readers.ask(database -> database.sql(PAST)
                .set(after.at())
                .set(Ids.bytes(after.token()))
                .set(until)
                .set((long) SLICE)
                .list(row -> new Past(
                        new TokenPlace(row.getLong(1), Ids.token(row.getBytes(2))), row.getBoolean(3))));
    }

    private void delete(List<Past> slice) {
        List<TokenId> tokens = slice.stream()
                .filter(past -> !past.kept())
                .map(past -> past.place().token())
                .toList();
        if (!tokens.isEmpty()) {
            writer.call(tx -> delete(tx, tokens));
        }
    }

    private static int delete(Tx tx, List<TokenId> tokens) throws SQLException {
        Batch.each(tokens, batch -> {
            Sql delete = tx.sql(DELETE.text(batch.size()));
            for (TokenId token : batch) {
                delete.set(Ids.bytes(token));
            }
            delete.update();
        });
        return tokens.size();
    }
}
