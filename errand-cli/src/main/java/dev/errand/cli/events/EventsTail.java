package dev.errand.cli.events;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.ListenerOptions;
import dev.errand.RunId;
import dev.errand.Subscription;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.JsonText;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Times;
import dev.errand.cli.console.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints events as they happen, wherever they do. */
@Command(name = "tail", description = "Print events as they happen, until Ctrl-C.")
public final class EventsTail extends StoreCommand {
    private static final int DATA = 500;

    @Option(names = "--name", paramLabel = "NAME", description = "Only of this name, or pattern: 'run.*'.")
    private @Nullable String name;

    @Option(names = "--run", paramLabel = "ID", converter = Ids.class, description = "Only of this run.")
    private @Nullable RunId run;

    @Option(names = "--task", paramLabel = "ID", description = "Only of runs of this task.")
    private @Nullable String task;

    @Option(names = "--run-name", paramLabel = "NAME", description = "Only of runs of this name.")
    private @Nullable String runName;

    @Option(names = "--tag", paramLabel = "TAG", description = "Only of runs with this tag, or another one given.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--count", paramLabel = "N", description = "End after so many events.")
    private int count;

    private final Times times = new Times();

    public EventsTail(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) throws InterruptedException {
        if (count < 0) {
            throw new UsageException("--count is %d; it is at least 1".formatted(count));
        }
        CountDownLatch enough = new CountDownLatch(count == 0 ? Integer.MAX_VALUE : count);
        CountDownLatch end = new CountDownLatch(1);
        EventFilter filter = new EventFilter(name, run, task, runName, Set.copyOf(tags));
        ListenerOptions options = ListenerOptions.none().maxTriggers(count);
        try (Subscription tail = errand.on(
                filter,
                event -> {
                    print(event);
                    enough.countDown();
                    if (enough.getCount() == 0 || console.isBroken()) {
                        end.countDown();
                    }
                },
                options)) {
            end.await();
        }
        return Exit.OK;
    }

    private void print(Event event) {
        console.line(json ? JsonText.line(event) : text(event));
        console.flush();
    }

    private String text(Event event) {
        return "%s  %-30s  %-20s %-12s %s"
                .formatted(
                        times.clock(event.at()),
                        event.isOutside() ? "" : event.run(),
                        event.task(),
                        event.name(),
                        details(event))
                .stripTrailing();
    }

    private static String details(Event event) {
        if (event.to() != null) {
            return event.from() == null ? event.to().name() : event.from() + " > " + event.to();
        }
        return event.data() == null ? "" : OneLine.of(event.data().text(), DATA);
    }
}
