package dev.errand.cron;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes expressions of all that may stand in one: names, ranges, steps, lists, {@code L}, {@code L-3}, {@code 5L}, {@code 2#1}, aliases, seconds. */
record RandomCron(Random random) {
    private static final List<String> MONTHS =
            List.of("JAN", "feb", "Mar", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "dec");
    private static final List<String> DAYS = List.of("SUN", "mon", "Tue", "WED", "THU", "FRI", "sat");

    SlowCron next() {
        if (oneIn(12)) {
            List<String> aliases = List.copyOf(new TreeSet<>(SlowCron.ALIASES.keySet()));
            return new SlowCron(pick(aliases), oneIn(2));
        }
        boolean seconds = oneIn(5);
        String fields = String.join(
                " ",
                field(0, 59, 6),
                field(0, 23, 2),
                dayOfMonth(),
                random.nextInt(4) > 0 ? "*" : month(),
                oneIn(2) ? "*" : dayOfWeek());
        return new SlowCron(seconds ? field(0, 59, 12) + " " + fields : fields, seconds);
    }

    private boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** No more than 28, so that each month has such a day. */
    private String dayOfMonth() {
        return switch (random.nextInt(8)) {
            case 0 -> "L";
            case 1 -> "L-" + between(1, 27);
            case 2 -> between(1, 28) + ",L";
            default -> field(1, 28, 2);
        };
    }

    private String month() {
        int first = between(0, 11);
        return switch (random.nextInt(4)) {
            case 0 -> MONTHS.get(first);
            case 1 -> MONTHS.get(first) + "-" + MONTHS.get(between(first, 11));
            case 2 -> MONTHS.get(first) + "," + pick(MONTHS);
            default -> field(1, 12, 2);
        };
    }

    private String dayOfWeek() {
        return switch (random.nextInt(9)) {
            case 0 -> pick(DAYS);
            case 1 -> pick(DAYS.subList(1, 4)) + "-" + pick(DAYS.subList(4, 7));
            case 2 -> "FRI-SUN";
            case 3 -> between(0, 7) + "L";
            case 4 -> pick(DAYS) + "L";
            case 5 -> between(0, 7) + "#" + between(1, 5);
            case 6 -> pick(DAYS) + "#" + between(1, 5) + "," + pick(DAYS) + "L," + pick(DAYS);
            case 7 -> "5-7";
            default -> field(0, 6, 2);
        };
    }

    /** @param one how often a single number comes, of so many and five */
    private String field(int least, int most, int one) {
        return switch (random.nextInt(one + 5)) {
            case 0 -> "*";
            case 1 -> "*/" + between(2, most / 2 + 1);
            case 2 -> {
                int first = between(least, most - 1);
                yield first + "-" + between(first, most) + (oneIn(2) ? "/3" : "");
            }
            case 3 ->
                IntStream.range(0, 3).mapToObj(i -> "" + between(least, most)).collect(Collectors.joining(","));
            case 4 -> between(least, most) + "/" + between(2, 7);
            default -> "" + between(least, most);
        };
    }
}
