package dev.errand.server;

import dev.errand.server.call.Secret;
import dev.errand.server.telling.TargetSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a server is to be. Immutable; each method returns a changed copy. {@code ServerSettings.standard().port(8080)}.
 *
 * @param host the address to listen on
 * @param port 0 for any that is free
 * @param keyless whether everybody at this machine may everything, without a key; for addresses that only this machine reaches
 * @param largestBody how many bytes the body of a request may have
 * @param drain how long the end waits for answers under way
 * @param base what addresses begin with that the server tells, where that is not where it listens: those of a proxy before it; null if it is
 * @param secret by which it knows again what it has signed; null for one of its own, which ends with it
 * @param targets how webhook targets are told of events
 */
public record ServerSettings(
        String host,
        int port,
        boolean keyless,
        long largestBody,
        Duration drain,
        @Nullable URI base,
        @Nullable Secret secret,
        TargetSettings targets) {
    private static final ServerSettings STANDARD = new ServerSettings(
            "127.0.0.1", 7_070, false, 4L << 20, Duration.ofSeconds(10), null, null, TargetSettings.standard());

    public ServerSettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(drain, "drain");
        Objects.requireNonNull(targets, "targets");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + "; it is from 0 to 65535");
        }
        if (largestBody < 1) {
            throw new IllegalArgumentException("largestBody is " + largestBody + "; at least 1 byte is needed");
        }
        base = base == null ? null : withoutSlash(base);
    }

    private static URI withoutSlash(URI base) {
        String scheme = base.getScheme();
        if (base.getHost() == null || !("http".equals(scheme) || "https".equals(scheme)) || base.getQuery() != null) {
            throw new IllegalArgumentException(
                    "base is " + base + "; an address is needed such as https://errand.example.org/api");
        }
        return URI.create(base.toString().replaceFirst("/+$", ""));
    }

    /** On port 7070 of this machine, for those with keys, bodies of up to 4 MiB. */
    public static ServerSettings standard() {
        return STANDARD;
    }

    public ServerSettings host(String host) {
        return new ServerSettings(host, port, keyless, largestBody, drain, base, secret, targets);
    }

    public ServerSettings port(int port) {
        return new ServerSettings(host, port, keyless, largestBody, drain, base, secret, targets);
    }

    /** Lets everybody in who sits at this machine. */
    public ServerSettings withoutKeys() {
        return new ServerSettings(host, port, true, largestBody, drain, base, secret, targets);
    }

    public ServerSettings largestBody(long bytes) {
        return new ServerSettings(host, port, keyless, bytes, drain, base, secret, targets);
    }

    public ServerSettings drain(Duration drain) {
        return new ServerSettings(host, port, keyless, largestBody, drain, base, secret, targets);
    }

    /** Where clients find it, if a proxy stands before it: {@code https://errand.example.org}. */
    public ServerSettings base(URI base) {
        return new ServerSettings(host, port, keyless, largestBody, drain, base, secret, targets);
    }

    /**
     * By what it signs addresses that open something to whoever has them: they hold for as long as this stays the same, on all servers on the
     * store that have the same.
     *
     * @param text at least {@value Secret#SHORTEST} characters that nobody guesses
     */
    public ServerSettings secret(String text) {
        return new ServerSettings(host, port, keyless, largestBody, drain, base, Secret.of(text), targets);
    }

    /** How webhook targets are told of events. */
    public ServerSettings targets(TargetSettings targets) {
        return new ServerSettings(host, port, keyless, largestBody, drain, base, secret, targets);
    }
}
