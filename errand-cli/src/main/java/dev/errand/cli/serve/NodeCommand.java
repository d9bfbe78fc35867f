package dev.errand.cli.serve;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.LocalCommand;
import dev.errand.cli.console.WorkerOptions;
import dev.errand.cli.log.LogOptions;
import dev.errand.scripts.TaskFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A node of task files or of applications, which nobody talks to but the store. */
@Command(
        name = "node",
        description = "Execute runs of task files, or of applications. Ctrl-C lets attempts finish, then ends.")
public final class NodeCommand extends LocalCommand {
    @Option(names = "--tasks", paramLabel = "FOLDER", description = "The task files (default: tasks; with --jar none).")
    private @Nullable Path folder;

    @Mixin
    private JarOptions jars = new JarOptions();

    @Mixin
    private WorkerOptions options = new WorkerOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    public NodeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws InterruptedException {
        log.configure(verbose);
        ServedFolder served = new ServedFolder(console, folder());
        ErrandBuilder builder = options.tell(worker()).tasks(jars.load(console));
        try (Service service = new Service(console)) {
            Errand errand = builder.open();
            service.then(errand::close);
            served.follow(errand, service);
            console.note("working on %s, %d at a time; Ctrl-C ends"
                    .formatted(address().shown(), errand.concurrency()));
            service.untilEnd();
        }
        throw new IllegalStateException("nothing ends this but the end of the process");
    }

    private @Nullable Path folder() {
        return folder == null && !jars.any() ? TaskFiles.DEFAULT_FOLDER : folder;
    }
}
