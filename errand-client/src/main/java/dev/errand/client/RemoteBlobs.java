package dev.errand.client;

import dev.errand.Blob;
import dev.errand.Blobs;
import dev.errand.json.BlobInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Blobs, which go to the server and come from it bit by bit. One is put once: its bytes cannot be read again. */
final class RemoteBlobs implements Blobs {
    private static final String BLOBS = "blobs";

    private final Server server;

    private record Deleted(boolean deleted) {}

    RemoteBlobs(Server server) {
        this.server = server;
    }

    @Override
    public Blob put(String name, String type, Duration life, InputStream bytes) throws IOException {
        if (type.isEmpty() || !type.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("a blob's type has 1 to 255 printable characters of ASCII");
        }
        Failing reading = new Failing(bytes);
        Ask ask = Ask.bytes(
                Address.path(BLOBS, name) + "?life=" + life, BodyPublishers.ofInputStream(() -> reading), type);
        try {
            return new Remote(server.ask(ask, BlobInfo.class), server);
        } catch (RuntimeException e) {
            reading.rethrow();
            throw e;
        }
    }

    @Override
    public Optional<Blob> find(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Reply reply = server.answered(Ask.get(Address.path(BLOBS, name)));
        return reply.status() == 404
                ? Optional.empty()
                : Optional.of(new Remote(server.ok(reply).read(BlobInfo.class), server));
    }

    @Override
    public boolean delete(String name) {
        return !name.isEmpty()
                && server.ask(Ask.delete(Address.path(BLOBS, name)), Deleted.class)
                        .deleted();
    }

    /** Remembers why it could not be read, and is not closed. */
    private static final class Failing extends InputStream {
        private final InputStream bytes;
        private volatile @Nullable IOException failure;

        Failing(InputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return bytes.read(buffer, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        void rethrow() throws IOException {
            IOException known = failure;
            if (known != null) {
                throw known;
            }
        }
    }

    private record Remote(BlobInfo info, Server server) implements Blob {
        @Override
        public String name() {
            return info.name();
        }

        @Override
        public String type() {
            return info.type();
        }

        @Override
        public long size() {
            return info.size();
        }

        @Override
        public Instant createdAt() {
            return info.createdAt();
        }

        @Override
        public Instant keptUntil() {
            return info.keptUntil();
        }

        /** Nothing is asked before the first byte is read. */
        @Override
        public InputStream open() {
            return info.size() == 0 ? new ByteArrayInputStream(new byte[0]) : new Fetched(info.name(), server);
        }
    }

    private static final class Fetched extends InputStream {
        private final String name;
        private final Server server;
        private InputStream bytes = nullInputStream();
        private boolean open;

        Fetched(String name, Server server) {
            this.name = name;
            this.server = server;
        }

        @Override
        public int read() throws IOException {
            return bytes().read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return bytes().read(buffer, offset, length);
        }

        private InputStream bytes() throws IOException {
            if (!open) {
                bytes = fetch();
                open = true;
            }
            return bytes;
        }

        private InputStream fetch() throws IOException {
            try {
                HttpResponse<InputStream> response = server.open(Ask.get(Address.path(BLOBS, name, "bytes")), null);
                if (response.statusCode() != 200) {
                    response.body().close();
                    throw new IOException("the blob %s was deleted, or its time has passed".formatted(name));
                }
                return response.body();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }
}
