package dev.errand.cli.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.PurgeAnswer;
import dev.errand.PurgeCounts;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.UsageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a run, or all of a name. */
@Command(name = "purge", description = "Delete a run, or all runs of a name, and all their traces.")
public final class RunsPurge extends StoreCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            converter = Ids.class,
            description = "The run, as run_… and 26 characters.")
    private @Nullable RunId id;

    @Option(names = "--name", paramLabel = "NAME", description = "All runs of this name; again for more.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--force", description = "Also while a body runs, which is interrupted.")
    private boolean force;

    public RunsPurge(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if ((id == null) == names.isEmpty()) {
            throw new UsageException("which runs: an ID, or --name NAME?");
        }
        return id == null ? purgeNamed(errand) : purge(errand.run(id));
    }

    private int purge(Run<Json> run) {
        PurgeAnswer answer = force ? run.forcePurge() : run.purge();
        boolean done = answer == PurgeAnswer.PURGED;
        String words = switch (answer) {
            case PURGED -> run.id() + " is deleted";
            case EXECUTING -> "%s is executing; --force stops and deletes it".formatted(run.id());
            case NOT_FOUND -> run.id() + " is gone";
        };
        return answer(new OneRun.Answer(run.id(), answer.name()), done, words);
    }

    private int purgeNamed(Errand errand) {
        RunQuery query = RunQuery.all().names(names.toArray(String[]::new));
        PurgeCounts counts = force ? errand.forcePurge(query) : errand.purge(query);
        if (counts.purged() + counts.executing() == 0) {
            throw new UsageException("no run is named " + String.join(" or ", names));
        }
        boolean done = counts.executing() == 0;
        String words = done
                ? "%,d deleted".formatted(counts.purged())
                : "%,d deleted, %,d left that execute; --force stops and deletes them"
                        .formatted(counts.purged(), counts.executing());
        return answer(counts, done, words);
    }

    private int answer(Object answer, boolean done, String words) {
        if (json) {
            console.json(answer);
        } else if (done) {
            console.line(words);
        } else {
            console.error(words);
        }
        return done ? Exit.OK : Exit.FAILED;
    }
}
