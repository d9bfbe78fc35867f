package dev.errand.engine;

import dev.errand.Page;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists runs by their stage: one list after the other. A cursor names the stage, and where its list goes on. */
final class StagedListing {
    private static final List<Set<RunState>> STAGES = List.of(
            EnumSet.copyOf(List.of(RunState.values()).stream()
                    .filter(RunState::isTerminal)
                    .toList()),
            EnumSet.of(RunState.EXECUTING),
            EnumSet.of(RunState.RETRYING),
            EnumSet.of(RunState.WAITING),
            EnumSet.of(RunState.QUEUED, RunState.DELAYED));

    private final Function<RunQuery, Page<RunInfo>> list;

    /** @param list lists newest first */
    StagedListing(Function<RunQuery, Page<RunInfo>> list) {
        this.list = list;
    }

    Page<RunInfo> list(RunQuery query) {
        Place place = Place.of(query.cursor());
        List<RunInfo> found = new ArrayList<>();
        while (place != null && found.size() < query.limit()) {
            Page<RunInfo> page = page(query, place, query.limit() - found.size());
            found.addAll(page.items());
            place = place.after(page.cursor());
        }
        return new Page<>(found, place == null ? null : place.toString());
    }

    private Page<RunInfo> page(RunQuery query, Place place, int limit) {
        Set<RunState> states = EnumSet.copyOf(STAGES.get(place.stage));
        if (!query.states().isEmpty()) {
            states.retainAll(query.states());
        }
        if (states.isEmpty()) {
            return new Page<>(List.of(), null);
        }
        RunQuery part = query.newestFirst()
                .states(states.toArray(RunState[]::new))
                .limit(limit)
                .after(place.cursor);
        return list.apply(part);
    }

    /** Where a page begins: in which stage, and after what; from its first run if that is null. */
    private record Place(int stage, @Nullable String cursor) {
        static Place of(@Nullable String cursor) {
            if (cursor == null) {
                return new Place(0, null);
            }
            int stage = cursor.isEmpty() ? -1 : cursor.charAt(0) - '0';
            if (stage < 0 || stage >= STAGES.size()) {
                throw new IllegalArgumentException("'" + cursor + "' is no cursor of a page of runs by stage");
            }
            return new Place(stage, cursor.length() == 1 ? null : cursor.substring(1));
        }

        @Nullable
        Place after(@Nullable String next) {
            if (next != null) {
                return new Place(stage, next);
            }
            return stage + 1 < STAGES.size() ? new Place(stage + 1, null) : null;
        }

        @Override
        public String toString() {
            return stage + (cursor == null ? "" : cursor);
        }
    }
}
