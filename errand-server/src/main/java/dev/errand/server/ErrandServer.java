package dev.errand.server;

import dev.errand.Errand;
import dev.errand.server.auth.KeyGate;
import dev.errand.server.auth.LoopbackGate;
import dev.errand.server.auth.PublicTokens;
import dev.errand.server.auth.SigningKeys;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Gate;
import dev.errand.server.call.Secret;
import dev.errand.server.call.Surroundings;
import dev.errand.server.http.Audit;
import dev.errand.server.http.HttpServer;
import dev.errand.server.telling.TargetDelivery;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * An engine over HTTP. Closing it leaves the engine open.
 *
 * <pre>{@code
 * try (var server = ErrandServer.start(errand, ServerSettings.standard())) {
 *     System.out.println(server.uri());
 * }
 * }</pre>
 */
public final class ErrandServer implements AutoCloseable {
    private final String host;
    private final List<Endpoint> endpoints;
    private final HttpServer http;
    private final TargetDelivery targets;
    private volatile boolean ending;

    private ErrandServer(Errand errand, ServerSettings settings) throws IOException {
        this.host = settings.host();
        Surroundings around = surroundings(errand, settings);
        this.endpoints = Endpoints.of(around);
        this.http = new HttpServer(
                host,
                settings.port(),
                endpoints,
                gate(around, settings),
                settings.largestBody(),
                settings.drain(),
                new Audit(errand.operations().audit(), errand::now));
        this.targets = TargetDelivery.start(errand, around.secret(), settings.targets());
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if that address cannot be listened on
     * @throws IllegalArgumentException if it is to be without keys on an address that others reach
     */
    public static ErrandServer start(Errand errand, ServerSettings settings) throws IOException {
        return new ErrandServer(errand, settings);
    }

    private Surroundings surroundings(Errand errand, ServerSettings settings) {
        Secret secret = settings.secret();
        return new Surroundings(errand, () -> ending, () -> base(settings), secret == null ? Secret.random() : secret);
    }

    private URI base(ServerSettings settings) {
        URI base = settings.base();
        return base == null ? uri() : base;
    }

    private static Gate gate(Surroundings around, ServerSettings settings) {
        PublicTokens tokens = new PublicTokens(around.secret(), around.errand());
        if (!settings.keyless()) {
            return new KeyGate(around.errand().apiKeys(), tokens, new SigningKeys(around.secret()));
        }
        if (!LoopbackGate.isLoopback(settings.host())) {
            throw new IllegalArgumentException(
                    "without keys a server listens on this machine only, such as 127.0.0.1, not on " + settings.host());
        }
        return new LoopbackGate(tokens);
    }

    /** Where it is found, without a slash at the end. */
    public URI uri() {
        String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return URI.create("http://%s:%d".formatted(name, http.port()));
    }

    /** Says that it is not ready any more, answers what it has taken, and ends. */
    @Override
    public void close() {
        ending = true;
        targets.close();
        http.close();
        endpoints.forEach(Endpoint::end);
    }
}
