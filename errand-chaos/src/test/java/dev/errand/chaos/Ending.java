package dev.errand.chaos;

import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Step;
import java.sql.SQLException;
import java.util.List;

/**
 * How a run of {@link PointedProcess} ended, as its users see it.
 *
 * @param steps the journal, without the ids of children and tokens
 * @param rows how many its transaction wrote
 */
record Ending(RunState state, String output, int attempts, List<String> steps, long rows) {
    static Ending of(Run<?> run, Stand stand) throws SQLException {
        return new Ending(
                run.state(),
                String.valueOf(run.info().output()),
                run.attempts().size(),
                run.steps().stream().map(Ending::line).toList(),
                stand.number("select count(*) from ledger where run = '" + run.id() + "'"));
    }

    private static String line(Step step) {
        String result = String.valueOf(step.result()).replaceAll("(run|token)_[0-9a-z]{26}", "an id");
        return "%s#%d %s in attempt %d: %s"
                .formatted(step.name(), step.occurrence(), step.state(), step.attempt(), result);
    }

    /** The same, whichever attempt did what. */
    Ending inAnyAttempt() {
        return new Ending(
                state,
                output,
                1,
                steps.stream()
                        .map(line -> line.replaceFirst("in attempt \\d", "in attempt 1"))
                        .toList(),
                rows);
    }

    /** The same, if the process did not live to see what became of the step at most once. */
    Ending withTransferUnknown() {
        List<String> journal = steps.stream()
                .map(line -> line.startsWith("transfer") ? "transfer#1 STARTED in attempt 1: null" : line)
                .toList();
        return new Ending(state, output.replace("transferred", PointedProcess.UNKNOWN), attempts, journal, rows);
    }
}
