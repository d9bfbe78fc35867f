package dev.errand.cron;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Tries each minute, and of those that match each second; shares nothing with {@link Cron}. For zones whose offsets are whole minutes.
 *
 * @param expression an alias, or fields: six if there is one for seconds
 */
record SlowCron(String expression, boolean withSeconds) {
    static final Map<String, String> ALIASES = Map.of(
            "@yearly", "0 0 1 JAN *",
            "@annually", "0 0 1 JAN *",
            "@quarterly", "0 0 1 JAN,APR,JUL,OCT *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * SUN",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@twice-daily", "0 0,12 * * *",
            "@hourly", "0 * * * *",
            "@minutely", "* * * * *");

    private static final String MONTHS = "   JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    private static final String DAYS = "SUNMONTUEWEDTHUFRISAT";

    private String[] fields() {
        String plain = ALIASES.getOrDefault(expression.toLowerCase(Locale.ROOT), expression);
        return (withSeconds && !expression.startsWith("@") ? plain : "0 " + plain).split(" ", -1);
    }

    /** Whether there is such a day in the four hundred years after which calendars repeat themselves. */
    boolean everFires() {
        String[] fields = fields();
        return LocalDate.of(2000, 1, 1).datesUntil(LocalDate.of(2400, 1, 1)).anyMatch(day -> matchesDay(fields, day));
    }

    /** When it fires from one instant on and before another. */
    List<Instant> within(Instant begin, Instant end, ZoneId zone) {
        String[] fields = fields();
        boolean[] seconds = table(60, second -> matches(fields[0], "", second, 0, 59));
        boolean[] minutes = table(60, minute -> matches(fields[1], "", minute, 0, 59));
        boolean[] hours = table(24, hour -> matches(fields[2], "", hour, 0, 23));
        TreeSet<Instant> found = new TreeSet<>();
        LocalDateTime last = LocalDateTime.ofInstant(end, ZoneOffset.UTC).plusDays(2);
        LocalDate day = LocalDate.ofInstant(begin, ZoneOffset.UTC).minusDays(2);
        boolean everyHour = IntStream.range(0, 24).allMatch(hour -> hours[hour]);
        for (; day.atStartOfDay().isBefore(last); day = day.plusDays(1)) {
            if (matchesDay(fields, day)) {
                for (int minute = 0; minute < 24 * 60; minute++) {
                    if (hours[minute / 60] && minutes[minute % 60]) {
                        for (int second = 0; second < 60; second++) {
                            if (seconds[second]) {
                                LocalDateTime time = day.atTime(minute / 60, minute % 60, second);
                                instants(time, zone, everyHour).stream()
                                        .filter(instant -> !instant.isBefore(begin) && instant.isBefore(end))
                                        .forEach(found::add);
                            }
                        }
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    /** When the clock shows a time: with hours that are fixed once, later where it jumps over it, and the first time where it comes twice. */
    private static List<Instant> instants(LocalDateTime time, ZoneId zone, boolean everyHour) {
        return everyHour
                ? zone.getRules().getValidOffsets(time).stream()
                        .map(time::toInstant)
                        .toList()
                : List.of(ZonedDateTime.ofLocal(time, zone, null).toInstant());
    }

    private static boolean[] table(int size, IntPredicate matches) {
        boolean[] table = new boolean[size];
        for (int i = 0; i < size; i++) {
            table[i] = matches.test(i);
        }
        return table;
    }

    private static boolean matchesDay(String[] fields, LocalDate day) {
        boolean month = matches(fields[4], MONTHS, day.getMonthValue(), 1, 12);
        boolean ofMonth = matchesDayOfMonth(fields[3], day);
        boolean ofWeek = matchesDayOfWeek(fields[5], day);
        boolean either = !isStar(fields[3]) && !isStar(fields[5]);
        return month && (either ? ofMonth || ofWeek : ofMonth && ofWeek);
    }

    private static boolean isStar(String field) {
        return field.startsWith("*") || field.equals("?");
    }

    private static boolean matchesDayOfMonth(String field, LocalDate day) {
        for (String item : field.split(",", -1)) {
            int before = item.startsWith("L-") ? Integer.parseInt(item.substring(2)) : 0;
            boolean match = item.startsWith("L")
                    ? day.plusDays(before + 1L).getDayOfMonth() == 1
                    : matches(item, "", day.getDayOfMonth(), 1, 31);
            if (match) {
                return true;
            }
        }
        return false;
    }

    private static boolean matchesDayOfWeek(String field, LocalDate day) {
        int number = day.getDayOfWeek().getValue() % 7;
        for (String item : field.split(",", -1)) {
            boolean match;
            if (item.contains("#")) {
                String[] parts = item.split("#", -1);
                LocalDate weeksBefore = day.minusWeeks(Integer.parseInt(parts[1]) - 1L);
                match = number(parts[0], DAYS) % 7 == number
                        && weeksBefore.getMonth() == day.getMonth()
                        && weeksBefore.minusWeeks(1).getMonth() != day.getMonth();
            } else if (item.endsWith("L")) {
                match = number(item.substring(0, item.length() - 1), DAYS) % 7 == number
                        && day.plusWeeks(1).getMonth() != day.getMonth();
            } else {
                match = matches(item, DAYS, number, 0, 6) || (number == 0 && matches(item, DAYS, 7, 0, 6));
            }
            if (match) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String field, String names, int number, int least, int most) {
        for (String item : field.split(",", -1)) {
            String[] parts = item.split("/", -1);
            String[] range = isStar(parts[0]) ? new String[] {"" + least, "" + most} : parts[0].split("-", -1);
            int first = number(range[0], names);
            int last = number(range[range.length - 1], names);
            if (range.length == 2 && last == 0 && first > 0) {
                last = 7; // as in FRI-SUN
            } else if (range.length == 1 && parts.length == 2) {
                last = most; // as in 5/15
            }
            int step = parts.length == 2 ? Integer.parseInt(parts[1]) : 1;
            if (number >= first && number <= last && (number - first) % step == 0) {
                return true;
            }
        }
        return false;
    }

    private static int number(String text, String names) {
        int name = text.length() == 3 ? names.indexOf(text.toUpperCase(Locale.ROOT)) : -1;
        return name >= 0 ? name / 3 : Integer.parseInt(text);
    }
}
