package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.Results;
import dev.errand.engine.value.Reads;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Other runs, as a body looks at them; in a condition it is noted at which. */
public final class Looks {
    private final RunId run;
    private final WaitJournal journal;
    private final Results results;

    public Looks(RunId run, WaitJournal journal, Codec codec) {
        this.run = run;
        this.journal = journal;
        this.results = new Results(codec);
    }

    /** See {@link dev.errand.OtherRuns#infoOf}. */
    public RunInfo info(RunId other) {
        if (other.equals(run)) {
            throw atItself(run);
        }
        RunInfo info = journal.run(other).orElseThrow(() -> new RunNotFoundException(other));
        Reads.note(info);
        return info;
    }

    static IllegalArgumentException atItself(RunId run) {
        return new IllegalArgumentException(
                "Run %s looks at itself: it would wait for its own end. Look at another run".formatted(run));
    }

    /** See {@link dev.errand.OtherRuns#resultOf}. */
    public <O extends @Nullable Object> Optional<RunResult<O>> result(RunId other, Type type) {
        RunInfo info = info(other);
        return info.state().isTerminal() ? Optional.of(ended(info, type)) : Optional.empty();
    }

    private <O extends @Nullable Object> RunResult<O> ended(RunInfo info, Type type) {
        if (info.state() != RunState.COMPLETED) {
            return results.unsuccessful(info.id(), info.task(), info.state(), info.reason(), info.failure());
        }
        byte[] output = info.output() == null ? null : info.output().text().getBytes(StandardCharsets.UTF_8);
        return results.completed(info.id(), info.task(), output, type);
    }
}
