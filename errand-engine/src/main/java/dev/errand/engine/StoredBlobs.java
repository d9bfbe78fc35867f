package dev.errand.engine;

import dev.errand.Blob;
import dev.errand.Blobs;
import dev.errand.StoreException;
import dev.errand.store.BlobStore;
import dev.errand.store.BlobStore.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Blobs, cut into pieces on their way to the store, so that neither it nor a server holds one as a whole. */
final class StoredBlobs implements Blobs {
    static final int PIECE = 256 * 1024;

    private static final int LONGEST_TYPE = 255;
    private static final Duration LONGEST_LIFE = Duration.ofDays(3_652);

    private final BlobStore store;
    private final Clock clock;

    StoredBlobs(BlobStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Blob put(String name, String type, Duration life, InputStream bytes) throws IOException {
        check(name, type, life);
        String id = UUID.randomUUID().toString();
        Instant created = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant until = created.plus(life).truncatedTo(ChronoUnit.MICROS);
        long size = written(id, bytes, until);
        Entry entry = new Entry(name, id, type, size, created, until);
        store.publish(entry);
        return new Stored(entry, store);
    }

    private static void check(String name, String type, Duration life) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "a blob's name has 1 to %,d characters, none of them a control character".formatted(LONGEST_NAME));
        }
        if (type.isEmpty() || type.length() > LONGEST_TYPE || !type.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException(
                    "a blob's type has 1 to %d printable characters of ASCII".formatted(LONGEST_TYPE));
        }
        if (!life.isPositive() || life.compareTo(LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException(
                    "a blob's life is %s; it is more than zero, and ten years at most".formatted(life));
        }
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.length() <= LONGEST_NAME && name.chars().noneMatch(Character::isISOControl);
    }

    /** Stores the pieces; answers how many bytes they are. */
    private long written(String id, InputStream bytes, Instant until) throws IOException {
        try {
            long size = 0;
            int number = 0;
            byte[] piece = bytes.readNBytes(PIECE);
            while (piece.length > 0) {
                store.write(id, number++, piece, until);
                size += piece.length;
                piece = bytes.readNBytes(PIECE);
            }
            return size;
        } catch (IOException | RuntimeException e) {
            discard(id, e);
            throw e;
        }
    }

    /** What is not deleted now is when its time has passed. */
    private void discard(String id, Exception cause) {
        try {
            store.discard(id);
        } catch (StoreException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public Optional<Blob> find(String name) {
        return isName(name)
                ? store.find(name)
                        .filter(entry -> entry.until().isAfter(clock.instant()))
                        .map(entry -> new Stored(entry, store))
                : Optional.empty();
    }

    @Override
    public boolean delete(String name) {
        return isName(name) && store.delete(name);
    }

    private record Stored(Entry entry, BlobStore store) implements Blob {
        @Override
        public String name() {
            return entry.name();
        }

        @Override
        public String type() {
            return entry.type();
        }

        @Override
        public long size() {
            return entry.size();
        }

        @Override
        public Instant createdAt() {
            return entry.createdAt();
        }

        @Override
        public Instant keptUntil() {
            return entry.until();
        }

        @Override
        public InputStream open() {
            return new Pieces(entry, store);
        }

        @Override
        public String toString() {
            return "Blob[%s, %s, %,d bytes]".formatted(name(), type(), size());
        }
    }

    /** One piece after another. */
    private static final class Pieces extends InputStream {
        private final Entry entry;
        private final BlobStore store;
        private ByteArrayInputStream piece = new ByteArrayInputStream(new byte[0]);
        private int next;
        private long left;

        Pieces(Entry entry, BlobStore store) {
            this.entry = entry;
            this.store = store;
            this.left = entry.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            if (length == 0) {
                return 0;
            }
            if (piece.available() == 0) {
                if (left == 0) {
                    return -1;
                }
                fetch();
            }
            return piece.read(buffer, offset, length);
        }

        private void fetch() throws IOException {
            byte[] fetched = store.read(entry.id(), next++).orElse(new byte[0]);
            if (fetched.length == 0) {
                throw new IOException("the blob %s was replaced or deleted while it was read".formatted(entry.name()));
            }
            left -= fetched.length;
            piece = new ByteArrayInputStream(fetched);
        }
    }
}
