package dev.errand.server;

import java.time.Duration;
import java.util.Objects;

/**
 * How a server is to be. Immutable; each method returns a changed copy. {@code ServerSettings.standard().port(8080)}.
 *
 * @param host the address to listen on
 * @param port 0 for any that is free
 * @param keyless whether everybody at this machine may everything, without a key; for addresses that only this machine reaches
 * @param largestBody how many bytes the body of a request may have
 * @param drain how long the end waits for answers under way
 */
public record ServerSettings(String host, int port, boolean keyless, long largestBody, Duration drain) {
    private static final ServerSettings STANDARD =
            new ServerSettings("127.0.0.1", 7_070, false, 4L << 20, Duration.ofSeconds(10));

    public ServerSettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(drain, "drain");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + "; it is from 0 to 65535");
        }
        if (largestBody < 1) {
            throw new IllegalArgumentException("largestBody is " + largestBody + "; at least 1 byte is needed");
        }
    }

    /** On port 7070 of this machine, for those with keys, bodies of up to 4 MiB. */
    public static ServerSettings standard() {
        return STANDARD;
    }

    public ServerSettings host(String host) {
        return new ServerSettings(host, port, keyless, largestBody, drain);
    }

    public ServerSettings port(int port) {
        return new ServerSettings(host, port, keyless, largestBody, drain);
    }

    /** Lets everybody in who sits at this machine. */
    public ServerSettings withoutKeys() {
        return new ServerSettings(host, port, true, largestBody, drain);
    }

    public ServerSettings largestBody(long bytes) {
        return new ServerSettings(host, port, keyless, bytes, drain);
    }

    public ServerSettings drain(Duration drain) {
        return new ServerSettings(host, port, keyless, largestBody, drain);
    }
}
