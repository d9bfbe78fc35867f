package dev.errand;

import java.util.List;

/** Nothing is kept of such a step of the run. */
public final class StepNotFoundException extends ErrandException {
    private static final int MOST_NAMED = 20;

    private final transient RunId run;
    private final String step;
    private final transient List<String> kept;

    /** @param kept what the steps are named of which something is kept, in order */
    public StepNotFoundException(RunId run, String step, List<String> kept) {
        super("Nothing is kept of a step '%s' of run %s; %s. A step that failed leaves nothing: a retry goes on there"
                .formatted(step, run, named(kept)));
        this.run = run;
        this.step = step;
        this.kept = List.copyOf(kept);
    }

    private static String named(List<String> kept) {
        if (kept.isEmpty()) {
            return "nor is of any other";
        }
        List<String> first = kept.subList(0, Math.min(kept.size(), MOST_NAMED));
        String more = kept.size() > MOST_NAMED ? " and %,d more".formatted(kept.size() - MOST_NAMED) : "";
        return "its steps are " + String.join(", ", first) + more;
    }

    public RunId run() {
        return run;
    }

    /** As it was asked for. */
    public String step() {
        return step;
    }

    /** What the steps are named of which something is kept, in order. */
    public List<String> kept() {
        return kept;
    }
}
