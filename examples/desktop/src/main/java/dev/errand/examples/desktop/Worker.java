package dev.errand.examples.desktop;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The child process: it does the work, as long as there is a window, and then until no work is left. */
final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Errand errand = Errand.open(arguments[0], Duplicates.FIND)) {
            System.in.readAllBytes(); // ends when the window is closed, and when its process dies
            errand.awaitAll(unfinished(errand), Duration.ofDays(365));
        }
    }

    private static List<Run<?>> unfinished(Errand errand) {
        RunState[] states = Stream.of(RunState.values())
                .filter(state -> !state.isTerminal())
                .toArray(RunState[]::new);
        return errand.runs(RunQuery.all().tasks(Duplicates.FIND.id()).states(states)).items().stream()
                .<Run<?>>map(run -> errand.run(run.id()))
                .toList();
    }
}
