package dev.errand.engine.schedule;

import dev.errand.Overlap;
import dev.errand.Schedule;
import dev.errand.ScheduleState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schedule does that is looked at; a pure function of where it stands.
 *
 * @param after where it stands then, its new runs not among the open ones yet
 * @param fire the times of the firings, each of which becomes a run
 * @param cancelOld whether the runs that are open are to be cancelled before
 */
record Decision(Progress after, List<Instant> fire, boolean cancelOld) {
    /** Who is behind by more than that has missed firings; up to there all are made, however late they are. */
    static final Duration TOLERANCE = Duration.ofMinutes(1);

    private static final int MOST_PROMPT = (int) TOLERANCE.toSeconds() + 1;

    /** @param open the runs of its that have not ended */
    static Decision of(Schedule schedule, String key, Progress progress, List<String> open, Instant now) {
        Instant until = now.minus(schedule.offset(key));
        Times times = new Times(schedule, progress.since());
        List<Instant> due = within(schedule, progress, due(schedule, progress, times, until));
        Instant waiting = null;
        List<Instant> fire = switch (schedule.overlap()) {
            case ALLOW -> due;
            case SKIP -> open.isEmpty() ? last(due) : List.of();
            case CANCEL_OLD -> last(due);
            case QUEUE_ONE -> {
                List<Instant> line = new ArrayList<>(due);
                if (progress.waiting() != null) {
                    line.addFirst(progress.waiting());
                }
                List<Instant> first = open.isEmpty() && !line.isEmpty() ? List.of(line.getFirst()) : List.of();
                waiting = line.size() > first.size() ? line.get(first.size()) : null;
                yield first;
            }
        };
        boolean cancel = schedule.overlap() == Overlap.CANCEL_OLD && !fire.isEmpty() && !open.isEmpty();
        return new Decision(after(schedule, progress, times, until, fire, waiting, open), fire, cancel);
    }

    /** Where it stands once it has passed over all that is due. */
    static Progress passedOver(Schedule schedule, String key, Progress progress, Instant now) {
        Instant until = now.minus(schedule.offset(key));
        Times times = new Times(schedule, progress.since());
        return after(schedule, progress, times, until, List.of(), null, progress.open());
    }

    /** The times that have come, as far as they are made up for. */
    private static List<Instant> due(Schedule schedule, Progress progress, Times times, Instant until) {
        Instant first = progress.next();
        if (first == null || first.isAfter(until)) {
            return List.of();
        }
        if (!isLate(first, until)) {
            return times.latest(first, until, MOST_PROMPT);
        }
        int most = schedule.catchUp().most();
        List<Instant> latest = times.latest(first, until, Math.max(most, 1));
        return most > 0 || !isLate(latest.getLast(), until) ? latest : List.of();
    }

    private static boolean isLate(Instant time, Instant until) {
        return Duration.between(time, until).compareTo(TOLERANCE) > 0;
    }

    private static List<Instant> within(Schedule schedule, Progress progress, List<Instant> due) {
        long left = left(schedule, progress.fired() + (progress.waiting() == null ? 0 : 1));
        return due.subList((int) Math.max(0, due.size() - left), due.size());
    }

    /** How many firings the limit leaves. */
    static long left(Schedule schedule, long fired) {
        Integer limit = schedule.limit();
        return limit == null ? Long.MAX_VALUE : Math.max(0, limit - fired);
    }

    private static List<Instant> last(List<Instant> times) {
        return times.isEmpty() ? times : List.of(times.getLast());
    }

    private static Progress after(
            Schedule schedule,
            Progress progress,
            Times times,
            Instant until,
            List<Instant> fire,
            @Nullable Instant waiting,
            List<String> open) {
        long fired = progress.fired() + fire.size();
        Instant next = progress.next();
        if (next != null && !next.isAfter(until)) {
            next = times.next(until);
        }
        if (left(schedule, fired + (waiting == null ? 0 : 1)) == 0) {
            next = null;
        }
        return new Progress(
                next == null && waiting == null ? ScheduleState.COMPLETED : ScheduleState.ACTIVE,
                progress.createdAt(),
                progress.since(),
                next,
                fire.isEmpty() ? progress.previous() : fire.getLast(),
                fired,
                open,
                waiting,
                progress.lastRun());
    }
}
