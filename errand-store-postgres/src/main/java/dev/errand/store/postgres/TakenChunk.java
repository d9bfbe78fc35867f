package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.Share;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A claimed chunk, and what of its runs was read. */
final class TakenChunk {
    final Held.Key key;
    final RunId last;
    final boolean dirty;
    final int attempt;
    final int redeliveries;
    final boolean suspect;
    final boolean resumed;
    final long batch;
    final int runs;
    final long claim;
    final long due;
    final @Nullable Long expires;
    /** Where its row lies since this claim; null if that is not known. */
    @Nullable
    String place;

    int wanted;

    @Nullable
    Share share;

    @Nullable
    RunId leftFrom;

    final List<Claim> claims = new ArrayList<>();

    /** One whose row's place is told besides. */
    static TakenChunk placed(ResultSet row) throws SQLException {
        TakenChunk chunk = new TakenChunk(row);
        chunk.place = row.getString(16);
        return chunk;
    }

    TakenChunk(ResultSet row) throws SQLException {
        key = new Held.Key(row.getLong(1), row.getLong(2), Ids.of(row.getObject(3)), row.getBoolean(4));
        last = Ids.of(row.getObject(5));
        dirty = row.getBoolean(6);
        attempt = row.getInt(7);
        redeliveries = row.getInt(8);
        suspect = row.getBoolean(9);
        batch = row.getLong(10);
        runs = row.getInt(11);
        claim = row.getLong(12);
        due = row.getLong(13);
        expires = Sql.nullable(row, 14);
        resumed = row.getBoolean(15);
    }

    /** Whether bodies of its runs may have noted something, or others have, who leave the row dirty. */
    boolean mayHaveNotes() {
        return attempt > 1 || redeliveries > 0 || resumed || dirty || key.single();
    }

    /** Whether its row stands for one run; what is left over has gone into another row. */
    boolean isOfOne() {
        return key.first().equals(leftFrom == null ? last : claims.getLast().run());
    }

    /**
     * Whether none of its runs was begun before: who gives one back gives it a row of its own, unless it has one, and who takes several
     * back says that some may be missing. Told by the row as it was locked: a look at the steps might miss what was just committed.
     */
    boolean isStepless() {
        return attempt == 1
                && redeliveries == 0
                && !suspect
                && !dirty
                && !key.single()
                && !key.first().equals(last);
    }

    /** When a run of it expires that was triggered to expire then: never once it has started, and a single by a time of its own. */
    @Nullable
    Long expiry(@Nullable Long triggered) {
        return expires == null || key.single() ? expires : triggered;
    }
}
