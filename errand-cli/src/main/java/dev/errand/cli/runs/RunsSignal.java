package dev.errand.cli.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.SignalAnswer;
import dev.errand.SignalInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.JsonArgument;
import dev.errand.cli.console.StoreCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sends a run a signal, for its body to receive. */
@Command(name = "signal", description = "Send a run a signal, which its body receives when it asks for it.")
public final class RunsSignal extends StoreCommand {
    @Parameters(
            index = "0",
            paramLabel = "ID",
            converter = Ids.class,
            description = "The run, as run_… and 26 characters.")
    private RunId id = new RunId(0, 0);

    @Parameters(index = "1", paramLabel = "NAME", description = "The signal's name, as the body asks for it.")
    private String name = "";

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "VALUE",
            description = "JSON, @FILE to read it from a file, or - from standard input (default: null).")
    private @Nullable String value;

    public RunsSignal(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        Json sent = value == null ? Json.NULL : JsonArgument.read(console, "the value", value);
        SignalAnswer answer = errand.signal(id, name, sent);
        boolean done = answer == SignalAnswer.OK;
        if (json) {
            console.json(new Answer(id, name, answer.name()));
        } else if (done) {
            console.line("sent");
        } else {
            console.error(
                    switch (answer) {
                        case NOT_FOUND -> "there is no run " + id;
                        case FINISHED -> id + " has ended";
                        case FULL ->
                            "%s has %,d signals that it has not received, and no more are kept"
                                    .formatted(id, SignalInfo.MOST);
                        case OK -> "";
                    });
        }
        return done ? Exit.OK : Exit.FAILED;
    }

    /** What {@code --json} prints. */
    record Answer(RunId id, String name, String answer) {}
}
