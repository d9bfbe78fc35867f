package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.TokenId;
import dev.errand.TokenState;
import dev.errand.ValueInfo;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.Store;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Looks for what branches of a run wait for while others are at work. The run does not wait then, so that the store has nobody whom it would
 * wake.
 */
final class Lookout {
    private final Store store;
    private final RunId run;

    Lookout(Store store, RunId run) {
        this.store = store;
        this.run = run;
    }

    /** Whether it is there; not as far as anybody knows while the store is away. */
    boolean isThere(Report.Awaits awaits) {
        try {
            long there = ended(awaits.runs())
                    + completed(awaits.tokens())
                    + changed(awaits.values())
                    + watchedEnds(awaits.watched());
            long all = (long) awaits.runs().size()
                    + awaits.tokens().size()
                    + awaits.values().size()
                    + awaits.watched().size();
            return awaits.any() ? there > 0 : there == all;
        } catch (StoreException e) {
            return false;
        }
    }

    private long ended(List<RunId> runs) {
        return runs.isEmpty() ? 0 : store.ends(run, runs).size();
    }

    private long watchedEnds(List<RunId> watched) {
        return watched.isEmpty() ? 0 : store.watches().ended(run, watched).size();
    }

    /** One that was deleted will not be completed any more: let the branch hear of that. */
    private long completed(List<TokenId> tokens) {
        return tokens.stream()
                .filter(token -> store.tokens()
                        .find(token)
                        .filter(info -> info.state() == TokenState.PENDING)
                        .isEmpty())
                .count();
    }

    private long changed(List<SeenValue> values) {
        if (values.isEmpty()) {
            return 0;
        }
        Map<String, Long> now = store
                .values()
                .find(values.stream().map(SeenValue::name).toList())
                .stream()
                .collect(Collectors.toMap(ValueInfo::name, ValueInfo::version));
        return values.stream()
                .filter(seen -> now.getOrDefault(seen.name(), 0L) != seen.version())
                .count();
    }
}
