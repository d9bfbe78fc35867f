package dev.errand.server.http;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Gate;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** Listens, and has each request answered on a virtual thread of its own. */
public final class HttpServer implements AutoCloseable {
    /** A connection on which nothing comes or goes for that long is closed, in the midst of a request too. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** A path's segment may contain what would separate segments, and is decoded once only after the route was found. */
    private static final UriCompliance ENCODED_SEGMENTS = UriCompliance.DEFAULT.with(
            "encoded segments", Violation.AMBIGUOUS_PATH_SEPARATOR, Violation.AMBIGUOUS_PATH_ENCODING);

    private final Server server = new Server(virtualThreads());
    private final ServerConnector connector;

    /**
     * Begins to listen.
     *
     * @param port 0 for any that is free
     * @param largestBody how many bytes a request's body may have where its route does not say
     * @param drain how long the end waits for answers under way
     * @param audit told what somebody has changed
     * @throws IOException if that address cannot be listened on
     */
    public HttpServer(
            String host, int port, List<Endpoint> endpoints, Gate gate, long largestBody, Duration drain, Audit audit)
            throws IOException {
        this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration()));
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(1_024); // the default of 50 makes clients wait in a burst
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        server.setHandler(new GracefulHandler(new Dispatch(new Router(endpoints), gate, largestBody, audit)));
        server.setErrorHandler(new ErrorAnswers());
        server.setStopTimeout(drain.toMillis());
        start();
    }

    private void start() throws IOException {
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            stop();
            throw e;
        } catch (Exception e) {
            stop();
            throw new IOException("The server does not start: " + e.getMessage(), e);
        }
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setUriCompliance(ENCODED_SEGMENTS);
        return configuration;
    }

    /** The default allows 200 requests at a time, of which each open stream is one. */
    private static VirtualThreadPool virtualThreads() {
        VirtualThreadPool pool = new VirtualThreadPool();
        pool.setName("errand-http");
        pool.setMaxConcurrentTasks(-1);
        return pool;
    }

    /** On which it listens. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Takes no more requests, answers those it has taken, and ends. */
    @Override
    public void close() {
        stop();
    }

    private void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            Dispatch.LOG
                    .atWarn()
                    .setCause(e)
                    .log("The server did not end as it should; answers under way were broken off");
        }
    }
}
