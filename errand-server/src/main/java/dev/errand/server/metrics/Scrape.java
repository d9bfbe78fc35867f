package dev.errand.server.metrics;

import dev.errand.Errand;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The meters as Prometheus reads them. Who looks has a viewer's key. Nothing is counted before somebody has looked for the first time: an engine
 * that nobody watches has no listener to its events.
 */
final class Scrape implements Endpoint {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Errand errand;
    private @Nullable Meters meters;

    Scrape(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get("/metrics");
    }

    @Override
    public Answer answer(Call call) {
        return Answer.bytes(TEXT, meters().text(TEXT).getBytes(StandardCharsets.UTF_8));
    }

    private synchronized Meters meters() {
        if (meters == null) {
            meters = new Meters(errand);
        }
        return meters;
    }

    @Override
    public synchronized void end() {
        if (meters != null) {
            meters.close();
        }
    }
}
