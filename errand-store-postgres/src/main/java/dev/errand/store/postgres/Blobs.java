package dev.errand.store.postgres;

import dev.errand.store.BlobStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.BlobRows;
import java.time.Instant;
import java.util.Optional;

/** Bytes under names. What is said here twice changes nothing, so that it is said again when a connection breaks. */
final class Blobs implements BlobStore {
    private final Surroundings surroundings;
    private final Pool pool;

    Blobs(Surroundings surroundings, Pool pool) {
        this.surroundings = surroundings;
        this.pool = pool;
    }

    @Override
    public void write(String id, int number, byte[] piece, Instant until) {
        pool.run(database -> BlobRows.write(database::sql, id, number, piece, Times.micros(until)));
    }

    @Override
    public void publish(Entry entry) {
        pool.run(database -> BlobRows.publish(database::sql, entry));
    }

    @Override
    public Optional<Entry> find(String name) {
        return pool.ask(database -> BlobRows.find(database::sql, name));
    }

    @Override
    public Optional<byte[]> read(String id, int number) {
        return pool.ask(database -> BlobRows.read(database::sql, id, number));
    }

    @Override
    public void discard(String id) {
        pool.run(database -> BlobRows.discard(database::sql, id));
    }

    @Override
    public boolean delete(String name) {
        return pool.ask(database -> BlobRows.delete(database::sql, name));
    }

    @Override
    public int prune(int limit) {
        return pool.ask(database -> BlobRows.prune(database::sql, surroundings.now(), limit));
    }
}
