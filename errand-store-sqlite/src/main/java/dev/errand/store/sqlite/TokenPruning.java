package dev.errand.store.sqlite;

import dev.errand.TokenId;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;

/**
 * Deletes tokens past their retention, the oldest first, in slices that hold nobody up, and so many at most in one go: who prunes keeps time as
 * well. What a run awaits or has awaited, and what its body created, stays as long as the run: such tokens are passed without writing. The next go
 * begins where this one ended, and at the oldest again after the last.
 */
final class TokenPruning {
    static final int SLICE = 500;

    static final String PAST = """
            select ends, id,
                   exists (select 1 from awaited where kind = 1 and subject = token.id)
                       or exists (select 1 from run where run.id = token.run)
              from token indexed by token_ends
             where (ends, id) > (?, ?) and ends <= ?
             order by ends, id
             limit ?
            """;

    /** Somebody may have begun to wait for it just now. */
    private static final Batch DELETE = new Batch("""
            delete from token
             where id in (%s)
               and not exists (select 1 from awaited where kind = 1 and subject = token.id)
               and not exists (select 1 from run where run.id = token.run)
            """, "?");

    private record Past(TokenPlace place, boolean stays) {}

    private final Writer writer;
    private final Readers readers;
    private final int most;
    private TokenPlace place = TokenPlace.FIRST;

    /** @param most slices in one go */
    TokenPruning(Writer writer, Readers readers, int most) {
        this.writer = writer;
        this.readers = readers;
        this.most = most;
    }

    /** @param until when they had ended or timed out, in microseconds */
    synchronized void prune(long until) {
        for (int slices = 0; slices < most; slices++) {
            List<Past> slice = past(place, until);
            delete(slice);
            if (slice.size() < SLICE) {
                place = TokenPlace.FIRST;
                return;
            }
            place = slice.getLast().place();
        }
    }

    private List<Past> past(TokenPlace after, long until) {
        return readers.ask(database -> database.sql(PAST)
                .set(after.at())
                .set(Ids.bytes(after.token()))
                .set(until)
                .set((long) SLICE)
                .list(row -> new Past(new TokenPlace(row.getLong(1), Ids.token(row.getBytes(2))), row.getBoolean(3))));
    }

    private void delete(List<Past> slice) {
        List<TokenId> tokens = slice.stream()
                .filter(past -> !past.stays())
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
