package dev.errand.store.sql;

import dev.errand.store.BlobStore.Entry;
import dev.errand.store.format.Times;
import dev.errand.store.sql.BatchRows.Statements;
import java.sql.SQLException;
import java.util.Optional;

/** Statements about blobs and their pieces, of which all stores keep tables alike. They name the schema {@code errand}. */
public final class BlobRows {
    private static final String WRITE = """
            insert into errand.blob_piece (id, number, until, bytes) values (?, ?, ?, ?) on conflict (id, number) do nothing
            """;
    private static final String PUBLISHED = "select id from errand.blob where name = ?";
    private static final String PUBLISH = """
            insert into errand.blob (name, id, type, size, created, until) values (?, ?, ?, ?, ?, ?)
                on conflict (name) do update
               set id = excluded.id, type = excluded.type, size = excluded.size, created = excluded.created, until = excluded.until
            """;
    private static final String FIND = "select name, id, type, size, created, until from errand.blob where name = ?";
    private static final String READ = "select bytes from errand.blob_piece where id = ? and number = ?";
    private static final String DISCARD = "delete from errand.blob_piece where id = ?";
    private static final String DELETE = "delete from errand.blob where name = ?";
    private static final String PRUNE = """
            delete from errand.blob where name in (select name from errand.blob where until <= ? order by until limit ?)
            """;
    private static final String PRUNE_PIECES = """
            delete from errand.blob_piece
             where (id, number) in (select id, number from errand.blob_piece where until <= ? order by until limit ?)
            """;

    private BlobRows() {}

    public static void write(Statements statements, String id, int number, byte[] piece, long until)
            throws SQLException {
        statements.sql(WRITE).set(id).set((long) number).set(until).set(piece).update();
    }

    /** Of two that publish at a time one may leave pieces that nobody finds; they go when their time has passed. */
    public static void publish(Statements statements, Entry entry) throws SQLException {
        String before = published(statements, entry.name());
        statements
                .sql(PUBLISH)
                .set(entry.name())
                .set(entry.id())
                .set(entry.type())
                .set(entry.size())
                .set(Times.micros(entry.createdAt()))
                .set(Times.micros(entry.until()))
                .update();
        if (!before.isEmpty() && !before.equals(entry.id())) {
            discard(statements, before);
        }
    }

    private static String published(Statements statements, String name) throws SQLException {
        return statements
                .sql(PUBLISHED)
                .set(name)
                .first(row -> row.getString(1))
                .orElse("");
    }

    public static Optional<Entry> find(Statements statements, String name) throws SQLException {
        return statements
                .sql(FIND)
                .set(name)
                .first(row -> new Entry(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        Times.instant(row.getLong(5)),
                        Times.instant(row.getLong(6))));
    }

    public static Optional<byte[]> read(Statements statements, String id, int number) throws SQLException {
        return statements.sql(READ).set(id).set((long) number).first(row -> row.getBytes(1));
    }

    public static int discard(Statements statements, String id) throws SQLException {
        return statements.sql(DISCARD).set(id).update();
    }

    public static boolean delete(Statements statements, String name) throws SQLException {
        String id = published(statements, name);
        boolean there = statements.sql(DELETE).set(name).update() > 0;
        discard(statements, id);
        return there;
    }

    /** Answers how many pieces were deleted. */
    public static int prune(Statements statements, long now, int limit) throws SQLException {
        statements.sql(PRUNE).set(now).set((long) limit).update();
        return statements.sql(PRUNE_PIECES).set(now).set((long) limit).update();
    }
}
