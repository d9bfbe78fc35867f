package dev.errand.cli.runs;

import dev.errand.Json;
import dev.errand.RescheduleAnswer;
import dev.errand.Run;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.Times;
import dev.errand.cli.console.UsageException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves a delayed run. */
@Command(name = "reschedule", description = "Move the start of a run that is DELAYED.")
public final class RunsReschedule extends OneRun {
    @Option(names = "--at", paramLabel = "TIME", description = "When: 18:30, 2026-12-24T18:30 or with a zone.")
    private @Nullable String at;

    @Option(names = "--delay", paramLabel = "DURATION", converter = DurationText.class, description = "From now: 5m.")
    private @Nullable Duration delay;

    public RunsReschedule(Console console) {
        super(console);
    }

    @Override
    int run(Run<Json> run) {
        Instant due = due();
        RescheduleAnswer answer = run.reschedule(due);
        return switch (answer) {
            case RESCHEDULED -> answer(run, answer, true, "%s starts at %s".formatted(run.id(), due));
            case NOT_DELAYED ->
                answer(run, answer, false, "%s is %s; only a DELAYED run is moved".formatted(run.id(), run.state()));
            case NOT_FOUND -> answer(run, answer, false, run.id() + " is gone");
        };
    }

    private Instant due() {
        if ((at == null) == (delay == null)) {
            throw new UsageException("say when: either --at TIME or --delay DURATION");
        }
        return delay != null ? Instant.now().plus(delay) : new Times().ahead(String.valueOf(at));
    }
}
