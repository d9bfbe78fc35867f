package dev.errand.store.sqlite;

import dev.errand.store.BlobStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.BatchRows.Statements;
import dev.errand.store.sql.BlobRows;
import java.time.Instant;
import java.util.Optional;

/** Bytes under names. Each change is one command of the writer's, so that no other comes between. */
final class Blobs implements BlobStore {
    private static final String SCHEMA = "errand.";

    private final Writer writer;
    private final Readers readers;

    Blobs(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    private static Statements statements(Statements own) {
        return text -> own.sql(text.replace(SCHEMA, ""));
    }

    @Override
    public void write(String id, int number, byte[] piece, Instant until) {
        writer.call(tx -> {
            BlobRows.write(statements(tx::sql), id, number, piece, Times.micros(until));
            return true;
        });
    }

    @Override
    public void publish(Entry entry) {
        writer.call(tx -> {
            BlobRows.publish(statements(tx::sql), entry);
            return true;
        });
    }

    @Override
    public Optional<Entry> find(String name) {
        return readers.ask(database -> BlobRows.find(statements(database::sql), name));
    }

    @Override
    public Optional<byte[]> read(String id, int number) {
        return readers.ask(database -> BlobRows.read(statements(database::sql), id, number));
    }

    @Override
    public void discard(String id) {
        writer.call(tx -> BlobRows.discard(statements(tx::sql), id));
    }

    @Override
    public boolean delete(String name) {
        return writer.call(tx -> BlobRows.delete(statements(tx::sql), name));
    }

    @Override
    public int prune(int limit) {
        return writer.call(tx -> BlobRows.prune(statements(tx::sql), tx.now(), limit));
    }
}
