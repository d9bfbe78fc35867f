package dev.errand;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What branches that a body went at the same time came to. */
public final class BranchResults {
    private final Map<String, @Nullable Object> results = new HashMap<>();

    /** @param all what each came to, in their order */
    BranchResults(List<? extends Branch<?>> branches, List<? extends @Nullable Object> all) {
        for (int i = 0; i < branches.size(); i++) {
            results.put(branches.get(i).name(), all.get(i));
        }
    }

    /**
     * What this one came to.
     *
     * @throws IllegalArgumentException if it was none of them
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // it is of the branch's type; whether null fits is for T to say
    public <T extends @Nullable Object> T of(Branch<T> branch) {
        if (!results.containsKey(branch.name())) {
            throw new IllegalArgumentException(
                    "There was no branch '%s'; there were %s".formatted(branch.name(), results.keySet()));
        }
        return (T) results.get(branch.name());
    }
}
