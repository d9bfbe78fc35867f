package dev.errand.cli.top;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.NodeInfo;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Subscription;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what runs now: drawn anew as things happen, or once where nobody watches. */
@Command(name = "top", description = "Show what runs now, live on a terminal. Ctrl-C ends it.")
public final class TopCommand extends StoreCommand {
    private static final int MOST = 200;

    @Option(names = "--once", description = "Draw once, also on a terminal.")
    private boolean once;

    public TopCommand(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) throws InterruptedException {
        if (json) {
            console.json(snapshot(errand));
        } else if (once || !console.outIsTerminal()) {
            new Picture(snapshot(errand), Integer.MAX_VALUE).lines().forEach(console::line);
        } else {
            watch(errand);
        }
        return Exit.OK;
    }

    private static Snapshot snapshot(Errand errand) {
        List<NodeInfo> nodes =
                errand.nodes().stream().filter(node -> !node.self()).toList();
        return new Snapshot(
                nodes, errand.runs(RunQuery.all().onlyActive().limit(MOST)).items());
    }

    /** Draws after each event, and each second for the clocks on it; at most ten times a second, however much happens. */
    private void watch(Errand errand) throws InterruptedException {
        Screen screen = Screen.of(console);
        Semaphore changed = new Semaphore(0);
        Runtime.getRuntime().addShutdownHook(new Thread(screen::leave));
        screen.enter();
        try (Subscription events = errand.on(EventFilter.all(), event -> changed.release())) {
            while (!console.isBroken()) {
                screen.draw(new Picture(snapshot(errand), screen.rows()).lines());
                TimeUnit.MILLISECONDS.sleep(100);
                changed.tryAcquire(900, TimeUnit.MILLISECONDS);
                changed.drainPermits();
            }
        }
    }

    /** What there is to see; {@code --json} prints it. */
    record Snapshot(List<NodeInfo> nodes, List<RunInfo> runs) {}
}
