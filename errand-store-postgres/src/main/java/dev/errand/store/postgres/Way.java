package dev.errand.store.postgres;

import dev.errand.RunId;
import java.util.Comparator;

/** In which direction runs are met: the newest first, or the other way round to get back. */
enum Way {
    DOWN("<", ">=", "desc", "00000000-0000-0000-0000-000000000000"),
    UP(">", "<=", "asc", "ffffffff-ffff-ffff-ffff-ffffffffffff");

    private final String beyond;
    private final String within;
    private final String sorted;
    private final String last;

    Way(String beyond, String within, String sorted, String last) {
        this.beyond = beyond;
        this.within = within;
        this.sorted = sorted;
        this.last = last;
    }

    /** A statement that says {@code <beyond>} of what is further on, {@code <within>} of what is not further than {@code <last>}, and {@code <sorted>}. */
    String said(String statement) {
        return statement
                .replace("<beyond>", beyond)
                .replace("<within>", within)
                .replace("<sorted>", sorted)
                .replace("<last>", last);
    }

    /** In which ids are met. */
    Comparator<RunId> order() {
        return this == DOWN ? Comparator.reverseOrder() : Comparator.naturalOrder();
    }

    /** The id just beyond this one: who turns there meets this one first. */
    RunId after(RunId id) {
        return this == DOWN
                ? new RunId(id.low() == 0 ? id.high() - 1 : id.high(), id.low() - 1)
                : new RunId(id.low() == -1 ? id.high() + 1 : id.high(), id.low() + 1);
    }
}
