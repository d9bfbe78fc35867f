package dev.errand.cron;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The days that the fields for the day of the month and the day of the week match together.
 *
 * @param ofMonth plain days of the month
 * @param fromLast how many days before the last of its month: 0 for {@code L}
 * @param ofWeek plain days of the week
 * @param nth {@code 2#1} is the first Tuesday of its month
 * @param last {@code 5L} is the last Friday
 * @param both whether a day has to match both fields where both restrict
 */
record Days(Field ofMonth, List<Integer> fromLast, Field ofWeek, List<Nth> nth, Field last, boolean both) {
    private static final Pattern FROM_LAST = Pattern.compile("L(?:-(\\d{1,2}))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern NTH = Pattern.compile("(\\w+)#(\\w+)");
    private static final Pattern LAST = Pattern.compile("(\\w+)L", Pattern.CASE_INSENSITIVE);
    private static final int MOST_FROM_LAST = 30;
    private static final int MOST_WEEKS = 5;

    record Nth(int day, int week) {}

    static Days parse(String ofMonth, String ofWeek, boolean both) {
        List<Integer> fromLast = new ArrayList<>();
        StringBuilder plainOfMonth = new StringBuilder();
        for (String item : ofMonth.split(",", -1)) {
            Matcher matcher = FROM_LAST.matcher(item);
            if (matcher.matches()) {
                fromLast.add(fromLast(ofMonth, matcher.group(1)));
            } else {
                plainOfMonth.append(plainOfMonth.isEmpty() ? "" : ",").append(item);
            }
        }
        List<Nth> nth = new ArrayList<>();
        long last = 0;
        StringBuilder plainOfWeek = new StringBuilder();
        for (String item : ofWeek.split(",", -1)) {
            Matcher matcher = NTH.matcher(item);
            Matcher lastMatcher = LAST.matcher(item);
            if (matcher.matches()) {
                nth.add(new Nth(day(ofWeek, matcher.group(1)), week(ofWeek, matcher.group(2))));
            } else if (lastMatcher.matches()) {
                last |= 1L << day(ofWeek, lastMatcher.group(1));
            } else {
                plainOfWeek.append(plainOfWeek.isEmpty() ? "" : ",").append(item);
            }
        }
        return new Days(
                plain(Unit.DAY_OF_MONTH, plainOfMonth, !fromLast.isEmpty()),
                List.copyOf(fromLast),
                plain(Unit.DAY_OF_WEEK, plainOfWeek, last != 0 || !nth.isEmpty()),
                List.copyOf(nth),
                new Field(last, false),
                both);
    }

    /** Nothing is left where all items were of the other kinds; an empty field is wrong. */
    private static Field plain(Unit unit, StringBuilder items, boolean others) {
        return items.isEmpty() && others ? new Field(0, false) : Field.parse(unit, items.toString());
    }

    private static int fromLast(String field, String days) {
        int number = days == null ? 0 : Integer.parseInt(days);
        if (number > MOST_FROM_LAST) {
            throw Field.wrong(Unit.DAY_OF_MONTH, field, "'L-%s' is none; legal are L and L-1 to L-30".formatted(days));
        }
        return number;
    }

    private static int day(String field, String text) {
        return Field.number(Unit.DAY_OF_WEEK, field, text) % 7;
    }

    private static int week(String field, String text) {
        if (!text.matches("[1-5]")) {
            String what = "'#%s' is none; legal are #1 to #%d".formatted(text.toLowerCase(Locale.ROOT), MOST_WEEKS);
            throw Field.wrong(Unit.DAY_OF_WEEK, field, what);
        }
        return Integer.parseInt(text);
    }

    boolean matches(LocalDate date) {
        boolean month =
                ofMonth.matches(date.getDayOfMonth()) || fromLast.contains(date.lengthOfMonth() - date.getDayOfMonth());
        boolean week = matchesWeek(date);
        return (both || ofMonth.star() || ofWeek.star()) ? month && week : month || week;
    }

    private boolean matchesWeek(LocalDate date) {
        int day = date.getDayOfWeek().getValue() % 7;
        int week = (date.getDayOfMonth() - 1) / 7 + 1;
        boolean isLast = date.getDayOfMonth() + 7 > date.lengthOfMonth();
        return ofWeek.matches(day) || nth.contains(new Nth(day, week)) || (isLast && last.matches(day));
    }
}
