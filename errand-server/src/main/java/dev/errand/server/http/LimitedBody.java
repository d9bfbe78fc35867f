package dev.errand.server.http;

import dev.errand.server.call.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body that is refused where it becomes too large, and at once if it says so beforehand. */
final class LimitedBody extends FilterInputStream {
    private final long largest;
    private long read;

    /** @param announced how long it is to be; -1 if nobody knows */
    LimitedBody(InputStream body, long announced, long largest) {
        super(body);
        this.largest = largest;
        if (announced > largest) {
            throw tooLarge();
        }
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        count(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int some = super.read(buffer, offset, length);
        count(Math.max(0, some));
        return some;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        count(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(long more) {
        read += more;
        if (read > largest) {
            throw tooLarge();
        }
    }

    private Problem tooLarge() {
        return Problem.of(413, "The body is too large: %,d bytes are taken at most".formatted(largest));
    }
}
