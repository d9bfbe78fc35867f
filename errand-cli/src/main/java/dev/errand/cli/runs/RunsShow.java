package dev.errand.cli.runs;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.errand.Attempt;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.PublishedValue;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.SignalInfo;
import dev.errand.Step;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.StoreCommand;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows all there is to know of a run. */
@Command(name = "show", description = "Show a run, its attempts, its steps, and the runs below it.")
public final class RunsShow extends StoreCommand {
    @Parameters(paramLabel = "ID", converter = Ids.class, description = "The run, as run_… and 26 characters.")
    private RunId id = new RunId(0, 0);

    public RunsShow(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        Run<Json> run = errand.run(id);
        RunTree.Branch tree = RunTree.of(errand, run.info());
        List<Attempt> attempts = run.attempts();
        List<Step> steps = run.steps();
        List<PublishedValue> published = run.published();
        List<SignalInfo> signals = run.signals();
        if (json) {
            console.json(new Shown(tree, attempts, steps, run.emitted(), published, signals));
        } else {
            new RunText(tree, attempts, steps, verbose).lines().forEach(console::line);
            new LiveText(published, signals).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    /**
     * What {@code --json} prints: the run's own fields and what is below it, its attempts and steps, what it emitted and published, and the signals
     * that it has not received.
     */
    record Shown(
            @JsonUnwrapped RunTree.Branch run,
            List<Attempt> attempts,
            List<Step> steps,
            List<Json> emitted,
            List<PublishedValue> published,
            List<SignalInfo> signals) {}
}
