package dev.errand.cli.run;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Machine;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.cli.console.CodeVersionOption;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Ending;
import dev.errand.cli.console.LocalCommand;
import dev.errand.cli.console.StrictOption;
import dev.errand.cli.trigger.TriggerArguments;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One shot: triggers a run of a task file durably, executes it in this process, and shows what comes of it. */
@Command(
        name = "run",
        description = "Run a task file once, here and now, and print its output.",
        footer = {
            "",
            "Exit codes: 0 completed, 1 failed, 2 mistyped, 124 timed out, 130 interrupted (the run is queued again)."
        })
public final class RunCommand extends LocalCommand {
    @Parameters(paramLabel = "FILE|TASK", description = "A task file, or the id of a task in the folder tasks.")
    private String target = "";

    @Mixin
    private TriggerArguments arguments = new TriggerArguments();

    @Option(names = "--task", paramLabel = "ID", description = "Which task, where the file has several.")
    private @Nullable String id;

    @Option(
            names = "--isolated",
            description = "In a process of its own; so is any task file with a --machine, and then held to that.")
    private boolean isolated;

    @Mixin
    private CodeVersionOption version = new CodeVersionOption();

    @Mixin
    private StrictOption strict = new StrictOption();

    @Option(
            names = {"-q", "--quiet"},
            description = "Show neither log nor progress.")
    private boolean quiet;

    public RunCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws Exception {
        configure();
        Json payload = arguments.payload(console);
        TriggerOptions options = arguments.options();
        Task<?, ?> chosen = new TaskChoice(target, id).task();
        Task<?, ?> task = isolated ? chosen.withOptions(chosen.options().withIsolated(true)) : chosen;
        // Here and now means here, whatever tags and machine the task asks for.
        // Once this run has ended nothing is worth waiting for: what else the engine has begun is taken up by the next.
        Errand errand = version.tell(worker())
                .tasks(task)
                .nodeTags(task.options().nodeTags().toArray(String[]::new))
                .budget(Machine.of(1_024, 16_384))
                .warmProcesses(0)
                .effectValidation(strict.mode())
                .drain(Duration.ZERO)
                .open();
        try (Interruption interruption = new Interruption(console, errand, address())) {
            return interruption.guard(() -> execute(errand, interruption, errand.trigger(task.id(), payload, options)));
        }
    }

    private int execute(Errand errand, Interruption interruption, Run<Json> run) throws InterruptedException {
        interruption.of(run.id());
        if (!quiet) {
            new LiveRun(console, errand, run).untilEnd();
        }
        return new Ending(console, json, verbose).tell(run, run.result(Ending.FOR_EVER), Ending.FOR_EVER);
    }
}
