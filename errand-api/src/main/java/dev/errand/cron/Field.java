package dev.errand.cron;

/**
 * One field of an expression: the numbers it matches, as the bits of a long.
 *
 * @param bits bit n is set if n matches; of days of the week 0 to 6
 * @param star whether it begins with a star, and so restricts nothing, or only by a step
 */
record Field(long bits, boolean star) {
    /** Reads a list of numbers, ranges and steps. */
    static Field parse(Unit unit, String text) {
        long bits = 0;
        for (String item : text.split(",", -1)) {
            bits |= item(unit, text, item);
        }
        return new Field(bits, text.startsWith("*") || text.equals("?"));
    }

    private static long item(Unit unit, String field, String item) {
        int slash = item.indexOf('/');
        String range = slash < 0 ? item : item.substring(0, slash);
        int step = slash < 0 ? 1 : step(unit, field, item.substring(slash + 1));
        if (range.equals("*") || (range.equals("?") && slash < 0 && isDay(unit))) {
            return bits(unit, unit.least, unit.most == 7 ? 6 : unit.most, step);
        }
        int dash = range.indexOf('-');
        if (dash < 0) {
            int first = number(unit, field, range);
            int last = slash < 0 ? first : Math.max(first, unit.most == 7 ? 6 : unit.most);
            return bits(unit, first, last, step);
        }
        int first = number(unit, field, range.substring(0, dash));
        int last = number(unit, field, range.substring(dash + 1));
        if (unit == Unit.DAY_OF_WEEK && last == 0 && first > 0) {
            last = 7; // as in FRI-SUN
        }
        if (last < first) {
            throw wrong(unit, field, "the range '%s' ends before it begins".formatted(range));
        }
        return bits(unit, first, last, step);
    }

    private static boolean isDay(Unit unit) {
        return unit == Unit.DAY_OF_MONTH || unit == Unit.DAY_OF_WEEK;
    }

    private static long bits(Unit unit, int first, int last, int step) {
        long bits = 0;
        for (int i = first; i <= last; i += step) {
            bits |= 1L << (unit == Unit.DAY_OF_WEEK ? i % 7 : i);
        }
        return bits;
    }

    private static int step(Unit unit, String field, String text) {
        int step = unit == Unit.MONTH ? Unit.HOUR.number(text) : unit.number(text);
        int most = unit.most - unit.least + 1;
        if (step < 1 || step > most) {
            throw wrong(unit, field, "the step '%s' is none; legal are 1 to %d".formatted(text, most));
        }
        return step;
    }

    static int number(Unit unit, String field, String text) {
        int number = unit.number(text);
        if (number < unit.least || number > unit.most) {
            throw wrong(unit, field, "'%s' is none; legal are %s".formatted(text, unit.legal()));
        }
        return number;
    }

    static IllegalArgumentException wrong(Unit unit, String field, String what) {
        return new IllegalArgumentException("in the field %s, '%s': %s".formatted(unit.title, field, what));
    }

    boolean matches(int number) {
        return (bits >>> number & 1) != 0;
    }

    /** The first that matches from this on; -1 if none does. */
    int next(int number) {
        long rest = number > 63 ? 0 : bits >>> number << number;
        return rest == 0 ? -1 : Long.numberOfTrailingZeros(rest);
    }

    int first() {
        return Long.numberOfTrailingZeros(bits);
    }

    /** Whether it matches all of its numbers. */
    boolean isAll(Unit unit) {
        return Long.bitCount(bits) == unit.most - unit.least + 1;
    }
}
