package dev.errand.cli.serve;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.UsageException;
import dev.errand.server.ErrandServer;
import dev.errand.server.ServerSettings;
import java.io.IOException;
import java.net.BindException;

/** Has an engine listen for HTTP, as a part of a service. */
public final class Listening {
    private static final int NEIGHBOURS = 20;

    private final Console console;
    private final Service service;

    public Listening(Console console, Service service) {
        this.console = console;
        this.service = service;
    }

    /**
     * Listens, and says where.
     *
     * @throws UsageException if that cannot be listened on
     */
    public void start(Errand errand, ServerSettings settings) {
        try {
            tell(ErrandServer.start(errand, settings));
        } catch (IOException e) {
            throw new UsageException(refused(settings, e));
        }
    }

    /** Likewise, on one of the next ports if that one is taken. */
    public void startNear(Errand errand, ServerSettings settings) {
        for (int port = settings.port(); port < settings.port() + NEIGHBOURS; port++) {
            try {
                tell(ErrandServer.start(errand, settings.port(port)));
                return;
            } catch (IOException e) {
                if (!(cause(e) instanceof BindException)) {
                    throw new UsageException(refused(settings, e));
                }
            }
        }
        throw new UsageException("ports %d to %d are taken; name another with --port"
                .formatted(settings.port(), settings.port() + NEIGHBOURS - 1));
    }

    private void tell(ErrandServer server) {
        service.then(server::close);
        console.note("listening on " + server.uri());
    }

    private static String refused(ServerSettings settings, IOException e) {
        return "cannot listen on %s:%d: %s; --host and --port name another address"
                .formatted(settings.host(), settings.port(), cause(e).getMessage());
    }

    private static Throwable cause(IOException e) {
        return e.getCause() == null ? e : e.getCause();
    }
}
