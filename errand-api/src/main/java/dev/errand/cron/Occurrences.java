package dev.errand.cron;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/**
 * When times of the clock on the wall come in a zone. Looks at one stretch of time after another in which the zone's offset stays the
 * same; what a change of clocks does to fixed hours belongs to the stretch before it or to the one after.
 */
record Occurrences(Times times, ZoneRules rules, DstPolicy policy) {
    /** The first from one instant on and before another; null if there is none. */
    @Nullable
    Instant first(Instant from, Instant until) {
        Instant begin = from;
        while (begin.isBefore(until)) {
            ZoneOffsetTransition next = rules.nextTransition(begin);
            Instant end = next == null || next.getInstant().isAfter(until) ? until : next.getInstant();
            Instant found = earlier(plain(begin, end, next), shifted(begin, end));
            if (found != null) {
                return found;
            }
            begin = end;
        }
        return null;
    }

    /** In a stretch of one offset, without the pass of an hour that comes twice which is to be left out. */
    private @Nullable Instant plain(Instant begin, Instant end, @Nullable ZoneOffsetTransition next) {
        ZoneOffset offset = rules.getOffset(begin);
        LocalDateTime from = LocalDateTime.ofInstant(begin, offset);
        LocalDateTime until = LocalDateTime.ofInstant(end, offset);
        ZoneOffsetTransition before = last(begin);
        if (before != null && keepsOnly(DstPolicy.Overlap.FIRST, before) && from.isBefore(before.getDateTimeBefore())) {
            from = before.getDateTimeBefore();
        }
        if (next != null && keepsOnly(DstPolicy.Overlap.LAST, next) && until.isAfter(next.getDateTimeAfter())) {
            until = next.getDateTimeAfter();
        }
        LocalDateTime found = times.next(from, until);
        return found == null ? null : found.toInstant(offset);
    }

    private boolean keepsOnly(DstPolicy.Overlap kept, ZoneOffsetTransition change) {
        return change.isOverlap() && policy.overlap() == kept && !times.everyHour();
    }

    /** Times that the clock jumped over at the last change, as much later as it jumped. */
    private @Nullable Instant shifted(Instant begin, Instant end) {
        ZoneOffsetTransition change = last(begin);
        if (change == null || !change.isGap() || policy.gap() == DstPolicy.Gap.SKIP || times.everyHour()) {
            return null;
        }
        ZoneOffset offset = change.getOffsetBefore();
        LocalDateTime found = times.next(LocalDateTime.ofInstant(begin, offset), change.getDateTimeAfter());
        Instant instant = found == null ? end : found.toInstant(offset);
        return instant.isBefore(end) ? instant : null;
    }

    /** The last change at this instant or before it. */
    private @Nullable ZoneOffsetTransition last(Instant instant) {
        return rules.previousTransition(instant.plusNanos(1));
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }
}
