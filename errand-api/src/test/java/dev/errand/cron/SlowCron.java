package dev.errand.cron;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tries each minute. For zones whose offsets are whole minutes, and expressions with numbers, {@code L} among the days of the month, and names of days of the week. */
record SlowCron(String expression) {
    private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    static SlowCron random(Random random) {
        String day = random.nextInt(8) == 0 ? "L" : field(random, 1, 28, 2);
        return new SlowCron(String.join(
                " ",
                field(random, 0, 59, 6),
                field(random, 0, 23, 2),
                day,
                random.nextInt(4) > 0 ? "*" : field(random, 1, 12, 2),
                random.nextBoolean() ? "*" : field(random, 0, 6, 2)));
    }

    private static String field(Random random, int least, int most, int one) {
        return switch (random.nextInt(one + 4)) {
            case 0 -> "*";
            case 1 -> "*/" + (2 + random.nextInt(most / 2));
            case 2 -> {
                int first = least + random.nextInt(most - least);
                yield first + "-" + (first + random.nextInt(most - first + 1)) + (random.nextBoolean() ? "/3" : "");
            }
            case 3 ->
                IntStream.range(0, 3)
                        .mapToObj(i -> String.valueOf(least + random.nextInt(most - least + 1)))
                        .collect(Collectors.joining(","));
            default -> String.valueOf(least + random.nextInt(most - least + 1));
        };
    }

    List<Instant> within(Instant begin, Instant end, ZoneId zone) {
        String[] fields = expression.split(" ", -1);
        boolean everyHour = IntStream.range(0, 24).allMatch(hour -> matches(fields[1], hour, 0, 23));
        TreeSet<Instant> found = new TreeSet<>();
        if (everyHour) {
            long first = Math.ceilDiv(begin.toEpochMilli(), 60_000) * 60;
            for (long second = first; second < end.getEpochSecond() + 60; second += 60) {
                Instant instant = Instant.ofEpochSecond(second);
                if (matches(fields, LocalDateTime.ofInstant(instant, zone))) {
                    add(found, instant, begin, end);
                }
            }
        } else {
            LocalDateTime time = LocalDateTime.ofInstant(begin, ZoneOffset.UTC)
                    .minusDays(2)
                    .withSecond(0)
                    .withNano(0);
            LocalDateTime last = LocalDateTime.ofInstant(end, ZoneOffset.UTC).plusDays(2);
            while (time.isBefore(last)) {
                if (!matches(fields[3], time.getMonthValue(), 1, 12) || !matchesDay(fields, time)) {
                    time = time.toLocalDate().plusDays(1).atStartOfDay();
                } else {
                    if (matches(fields, time)) {
                        add(found, ZonedDateTime.ofLocal(time, zone, null).toInstant(), begin, end);
                    }
                    time = time.plusMinutes(1);
                }
            }
        }
        return List.copyOf(found);
    }

    private static void add(TreeSet<Instant> found, Instant instant, Instant begin, Instant end) {
        if (!instant.isBefore(begin) && instant.isBefore(end)) {
            found.add(instant);
        }
    }

    private static boolean matches(String[] fields, LocalDateTime time) {
        return matches(fields[0], time.getMinute(), 0, 59)
                && matches(fields[1], time.getHour(), 0, 23)
                && matches(fields[3], time.getMonthValue(), 1, 12)
                && matchesDay(fields, time);
    }

    private static boolean matchesDay(String[] fields, LocalDateTime time) {
        boolean last = time.plusDays(1).getMonthValue() != time.getMonthValue();
        boolean month = fields[2].equals("L") ? last : matches(fields[2], time.getDayOfMonth(), 1, 31);
        int day = time.getDayOfWeek().getValue() % 7;
        boolean week = fields[4].equals(DAYS.get(day)) || (!DAYS.contains(fields[4]) && matches(fields[4], day, 0, 6));
        boolean either = !fields[2].startsWith("*") && !fields[4].startsWith("*");
        return either ? month || week : month && week;
    }

    private static boolean matches(String field, int number, int least, int most) {
        for (String item : field.split(",", -1)) {
            String[] parts = item.split("/", -1);
            String[] range = parts[0].equals("*") ? new String[] {"" + least, "" + most} : parts[0].split("-", -1);
            int first = Integer.parseInt(range[0]);
            int last = Integer.parseInt(range[range.length - 1]);
            int step = parts.length > 1 ? Integer.parseInt(parts[1]) : 1;
            if (number >= first && number <= last && (number - first) % step == 0) {
                return true;
            }
        }
        return false;
    }
}
