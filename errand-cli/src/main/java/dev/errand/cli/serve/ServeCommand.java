package dev.errand.cli.serve;

import dev.errand.ApiKey;
import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.LocalCommand;
import dev.errand.cli.console.WorkerOptions;
import dev.errand.cli.log.LogOptions;
import dev.errand.server.ServerSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The engine over HTTP, for programs with keys; with a folder of task files a node as well. */
@Command(
        name = "serve",
        description =
                "Listen for programs that trigger and steer runs over HTTP; with --tasks or --jar, execute runs too.")
public final class ServeCommand extends LocalCommand {
    /** So many attempts to deliver webhooks at a time. */
    private static final int DELIVERIES = 8;

    @Option(
            names = "--tasks",
            paramLabel = "FOLDER",
            description = "Task files to execute runs of (default: none; other nodes do).")
    private @Nullable Path folder;

    @Mixin
    private JarOptions jars = new JarOptions();

    @Mixin
    private HttpOptions http = new HttpOptions();

    @Mixin
    private WorkerOptions options = new WorkerOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    public ServeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws InterruptedException {
        log.configure(verbose);
        ServerSettings settings = delivering(http.settings());
        ServedFolder served = new ServedFolder(console, folder);
        ErrandBuilder builder = options.tell(worker()).tasks(jars.load(console));
        try (Service service = new Service(console)) {
            Errand errand = (works() ? builder : builder.concurrency(0)).open();
            service.then(errand::close);
            served.follow(errand, service);
            new Listening(console, service).start(errand, settings);
            warn(errand);
            console.note("serving %s; Ctrl-C ends".formatted(address().shown()));
            service.untilEnd();
        }
        throw new IllegalStateException("nothing ends this but the end of the process");
    }

    /** Without tasks there is no engine that makes attempts: with the first webhook target there has to be one. */
    private ServerSettings delivering(ServerSettings settings) {
        return works()
                ? settings
                : settings.targets(settings.targets()
                        .by(() -> options.tell(worker()).concurrency(DELIVERIES).open()));
    }

    private boolean works() {
        return folder != null || jars.any();
    }

    private void warn(Errand errand) {
        if (http.asksForKeys() && errand.apiKeys().list().stream().noneMatch(ApiKey::isGood)) {
            console.note("there is no key yet: errand keys create NAME --role operator");
        }
    }
}
