package dev.errand.cli.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Parameters;

/** A command about one run. */
abstract class OneRun extends StoreCommand {
    @Parameters(paramLabel = "ID", converter = Ids.class, description = "The run, as run_… and 26 characters.")
    private RunId id = new RunId(0, 0);

    OneRun(Console console) {
        super(console);
    }

    /** Does the work on a run that exists. */
    abstract int run(Run<Json> run) throws Exception;

    @Override
    protected final int run(Errand errand) throws Exception {
        return run(errand.run(id));
    }

    /** Tells what came of a request: in JSON as the answer's name, else in words. */
    int answer(Run<Json> run, Enum<?> answer, boolean done, String words) {
        if (json) {
            console.json(new Answer(run.id(), answer.name()));
        } else if (done) {
            console.line(words);
        } else {
            console.error(words);
        }
        return done ? Exit.OK : Exit.FAILED;
    }

    /** What {@code --json} prints of a request. */
    record Answer(RunId id, String answer) {}
}
