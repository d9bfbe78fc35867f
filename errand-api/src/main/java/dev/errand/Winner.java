package dev.errand;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The branch that was done first, see {@link RunContext#anyOf}.
 *
 * @param index its place among the branches, from 0
 * @param branch its name
 * @param result what it came to
 * @param <T> the result's type
 */
public record Winner<T extends @Nullable Object>(int index, String branch, T result) {
    /** Whether it is the branch of this name. */
    public boolean is(String name) {
        return branch.equals(name);
    }

    /** What this branch came to; empty if it has not won, or came to null. */
    @SuppressWarnings({"unchecked", "NullAway"}) // it is of the branch's type
    public <U> Optional<U> of(Branch<U> one) {
        return is(one.name()) ? Optional.ofNullable((U) result) : Optional.empty();
    }
}
