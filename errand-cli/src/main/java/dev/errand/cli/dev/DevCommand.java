package dev.errand.cli.dev;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Machine;
import dev.errand.Subscription;
import dev.errand.cli.console.CodeVersionOption;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.MachineText;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.StrictOption;
import dev.errand.cli.console.UsageException;
import dev.errand.scripts.TaskFiles;
import dev.errand.scripts.TaskFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
public final class DevCommand extends StoreCommand {
    @Parameters(paramLabel = "FOLDER", arity = "0..1", description = "The task files (default: tasks).")
    private Path folder = TaskFiles.DEFAULT_FOLDER;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Attempts at a time (default: 10 for each processor).")
    private @Nullable Integer concurrency;

    @Option(
            names = "--node-tags",
            paramLabel = "TAG",
            split = ",",
            description = "What this node has that tasks may ask for; several with commas.")
    private List<String> nodeTags = List.of();

    @Option(
            names = "--only-queues",
            paramLabel = "NAME",
            split = ",",
            description = "The queues to work on, and nothing else; several with commas.")
    private List<String> onlyQueues = List.of();

    @Option(
            names = "--budget",
            paramLabel = "CPUS/GB",
            converter = MachineText.class,
            description = "What the machines of attempts may sum up to (default: what this computer has).")
    private @Nullable Machine budget;

    @Mixin
    private CodeVersionOption version = new CodeVersionOption();

    @Mixin
    private StrictOption strict = new StrictOption();

    public DevCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws InterruptedException {
        configure();
        if (concurrency != null && concurrency < 1) {
            throw new UsageException("--concurrency is %d; it must be at least 1".formatted(concurrency));
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException(
                    "no folder %s; name another, or make a sample with: errand init".formatted(folder));
        }
        ErrandBuilder builder = version.tell(worker())
                .nodeTags(nodeTags.toArray(String[]::new))
                .onlyQueues(onlyQueues.toArray(String[]::new))
                .effectValidation(strict.mode());
        builder = budget == null ? builder : builder.budget(budget);
        Errand errand = (concurrency == null ? builder : builder.concurrency(concurrency)).open();
        serve(errand);
        throw new IllegalStateException("nothing ends this but the end of the process");
    }

    private void serve(Errand errand) throws InterruptedException {
        LiveLines lines = new LiveLines(console, errand, json);
        ExecutorService printer = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("errand-lines").factory());
        Subscription states = errand.on(EventFilter.named(Event.STATE), lines::print, printer);
        TaskFolder watched = TaskFolder.watch(folder, errand, lines::print);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(watched, errand, printer), "errand-end"));
        console.note("serving %s on %s, %d at a time; Ctrl-C ends"
                .formatted(folder, address().shown(), errand.concurrency()));
        try (states) {
            new CountDownLatch(1).await();
        }
    }

    private void end(TaskFolder watched, Errand errand, ExecutorService printer) {
        console.note("ending: attempts may finish, what is left is queued again");
        watched.close();
        errand.close();
        printer.shutdownNow();
        console.flush();
    }

    @Override
    protected int run(Errand errand) {
        throw new IllegalStateException("dev opens an engine that works");
    }
}
