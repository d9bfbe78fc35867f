package dev.errand.cron;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import org.jspecify.annotations.Nullable;

/** All fields of an expression together: which times of a clock on the wall it matches. */
record Times(Field seconds, Field minutes, Field hours, Field months, Days days) {
    /** Whether it is about times within the hour only, on whatever days. */
    boolean everyHour() {
        return hours.isAll(Unit.HOUR);
    }

    /** The first match from one time on and before another; null if there is none. To the second. */
    @Nullable
    LocalDateTime next(LocalDateTime from, LocalDateTime until) {
        if (!from.isBefore(until)) {
            return null;
        }
        LocalTime time = nextTime(from.toLocalTime());
        LocalDate date =
                nextDate(time == null ? from.toLocalDate().plusDays(1) : from.toLocalDate(), until.toLocalDate());
        if (date == null) {
            return null;
        }
        boolean today = date.equals(from.toLocalDate());
        LocalDateTime next = date.atTime(today && time != null ? time : firstTime());
        return next.isBefore(until) ? next : null;
    }

    /** The first day from one on that matches, to another at most. */
    @Nullable
    LocalDate nextDate(LocalDate from, LocalDate last) {
        LocalDate date = from;
        while (!date.isAfter(last)) {
            if (!months.matches(date.getMonthValue())) {
                date = date.plusMonths(1).withDayOfMonth(1);
            } else if (days.matches(date)) {
                return date;
            } else {
                date = date.plusDays(1);
            }
        }
        return null;
    }

    private LocalTime firstTime() {
        return LocalTime.of(hours.first(), minutes.first(), seconds.first());
    }

    /** The first time of the same day from this one on; null if there is none. */
    private @Nullable LocalTime nextTime(LocalTime from) {
        int hour = hours.next(from.getHour());
        if (hour < 0) {
            return null;
        }
        if (hour > from.getHour()) {
            return LocalTime.of(hour, minutes.first(), seconds.first());
        }
        int minute = minutes.next(from.getMinute());
        int second = minute == from.getMinute() ? seconds.next(from.getSecond()) : seconds.first();
        if (second < 0) {
            minute = minutes.next(minute + 1);
            second = seconds.first();
        }
        if (minute >= 0) {
            return LocalTime.of(hour, minute, second);
        }
        hour = hours.next(hour + 1);
        return hour < 0 ? null : LocalTime.of(hour, minutes.first(), seconds.first());
    }
}
