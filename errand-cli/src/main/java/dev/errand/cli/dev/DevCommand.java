package dev.errand.cli.dev;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.LocalCommand;
import dev.errand.cli.console.UsageException;
import dev.errand.cli.console.WorkerOptions;
import dev.errand.cli.log.LogOptions;
import dev.errand.cli.serve.HttpOptions;
import dev.errand.cli.serve.Listening;
import dev.errand.cli.serve.Service;
import dev.errand.scripts.TaskFiles;
import dev.errand.scripts.TaskFolder;
import dev.errand.server.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The engine on a folder of task files: runs what is triggered, follows what is saved, and shows both. */
@Command(
        name = "dev",
        description = "Serve a folder of task files and reload what is saved. Ctrl-C lets attempts finish, then ends.")
public final class DevCommand extends LocalCommand {
    @Parameters(paramLabel = "FOLDER", arity = "0..1", description = "The task files (default: tasks).")
    private Path folder = TaskFiles.DEFAULT_FOLDER;

    @Option(
            names = "--port",
            paramLabel = "N",
            description =
                    "Listen for HTTP on this port; 0 for any that is free (default: 7070, or the next that is free).")
    private @Nullable Integer port;

    @Option(names = "--no-http", description = "Do not listen for HTTP.")
    private boolean silent;

    @Mixin
    private WorkerOptions options = new WorkerOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    public DevCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws InterruptedException {
        log.configure(verbose);
        if (!Files.isDirectory(folder)) {
            throw new UsageException(
                    "no folder %s; name another, or make a sample with: errand init".formatted(folder));
        }
        ErrandBuilder builder = options.tell(worker());
        try (Service service = new Service(console)) {
            ExecutorService printer = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("errand-lines").factory());
            service.then(printer::shutdownNow);
            Errand errand = builder.open();
            service.then(errand::close);
            serve(errand, printer, service);
            service.untilEnd();
        }
        throw new IllegalStateException("nothing ends this but the end of the process");
    }

    private void serve(Errand errand, ExecutorService printer, Service service) {
        LiveLines lines = new LiveLines(console, errand, json);
        errand.on(EventFilter.named(Event.STATE), lines::print, printer); // as long as the engine is open
        TaskFolder watched = TaskFolder.watch(folder, errand, lines::print);
        service.then(watched::close);
        listen(errand, service);
        console.note("serving %s on %s, %d at a time; Ctrl-C ends"
                .formatted(folder, address().shown(), errand.concurrency()));
    }

    /** For this machine only, so no key is needed. */
    private void listen(Errand errand, Service service) {
        if (silent) {
            return;
        }
        ServerSettings settings = HttpOptions.secret(ServerSettings.standard().withoutKeys());
        Listening listening = new Listening(console, service);
        if (port == null) {
            listening.startNear(errand, settings);
        } else {
            listening.start(errand, settings.port(port));
        }
    }
}
