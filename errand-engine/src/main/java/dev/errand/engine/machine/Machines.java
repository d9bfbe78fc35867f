package dev.errand.engine.machine;

import dev.errand.Machine;
import dev.errand.Task;
import dev.errand.store.Claim;
import org.jspecify.annotations.Nullable;

/** Which machine an attempt has: what its trigger named, else what its task has. */
public final class Machines {
    private Machines() {}

    /** Unless an earlier attempt ran out of memory; null for none. */
    public static @Nullable Machine named(Claim claim, Task<?, ?> task) {
        Machine own = claim.options().machine();
        return own != null ? own : task.options().machine();
    }

    /** What is to be free for it: as long as nobody has looked whether an earlier attempt ran out of memory, the larger one. */
    public static @Nullable Machine admitted(Claim claim, Task<?, ?> task) {
        Machine named = named(claim, task);
        return claim.attempt() > 1 ? larger(named, task.options().onOutOfMemory()) : named;
    }

    /** The one with more memory; null if there is none. */
    public static @Nullable Machine larger(@Nullable Machine one, @Nullable Machine other) {
        return one == null || (other != null && other.gigabytes() > one.gigabytes()) ? other : one;
    }
}
