package dev.errand.cron;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression: five fields for minute, hour, day of month, month and day of week, such as {@code 30 2 * * MON-FRI}. Immutable.
 *
 * <p>A field is a list, with commas, of {@code *}, numbers, ranges {@code 1-5} and steps: {@code *}{@code /15}, {@code 10-40/10}, and
 * {@code 5/15}, which begins at 5. Months and days of the week have names, {@code JAN} and {@code SUN}, in any case; Sunday is 0 and 7. The day of
 * the month may be {@code L}, the last, or {@code L-3}, three days before it; the day of the week {@code 5L}, the month's last Friday, or
 * {@code 2#1}, its first Tuesday. Where both fields for days restrict, a day that matches one of them is enough, as in other crons (a field
 * that begins with {@code *} counts as one that does not restrict); see {@link #daysMatchBoth}. Instead of fields there may be an alias: {@code @yearly},
 * {@code @quarterly}, {@code @monthly}, {@code @weekly}, {@code @daily}, {@code @twice-daily}, {@code @hourly}, {@code @minutely}.
 */
public final class Cron {
    private static final Map<String, String> ALIASES = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@quarterly", "0 0 1 1,4,7,10 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@twice-daily", "0 0,12 * * *",
            "@hourly", "0 * * * *",
            "@minutely", "* * * * *");

    private static final String FIELDS = "minute, hour, day of month, month, day of week";
    private static final int MOST_CHARACTERS = 1_000;
    /** All that a calendar can do it does within 400 years; what matches once does so again within 40. */
    private static final LocalDate CYCLE = LocalDate.of(2000, 1, 1);

    private static final Duration HORIZON = ChronoUnit.DECADES.getDuration().multipliedBy(5);
    private static final Instant END_OF_TIME = Instant.parse("9999-01-01T00:00:00Z");

    private final String expression;
    private final boolean withSeconds;
    private final Times times;

    private Cron(String expression, boolean withSeconds, boolean both) {
        this.expression = expression;
        this.withSeconds = withSeconds;
        try {
            this.times = parse(expression, withSeconds, both);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'%s' is no cron expression: %s".formatted(expression, e.getMessage()), e);
        }
    }

    /**
     * Reads an expression of five fields, or an alias.
     *
     * @throws IllegalArgumentException if it is none, naming the field and what is legal there, or if it never fires
     */
    public static Cron parse(String expression) {
        return new Cron(expression.strip(), false, false);
    }

    /** Reads an expression of six fields, the first of them for seconds; otherwise as {@link #parse}. */
    public static Cron parseWithSeconds(String expression) {
        return new Cron(expression.strip(), true, false);
    }

    /** The same, but a day has to match both fields for days where both restrict: {@code 0 0 13 * FRI} then is each Friday the 13th. */
    public Cron daysMatchBoth() {
        return new Cron(expression, withSeconds, true);
    }

    private static Times parse(String expression, boolean withSeconds, boolean both) {
        if (expression.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("it has more than %,d characters".formatted(MOST_CHARACTERS));
        }
        String[] fields = fields(expression, withSeconds);
        int minute = withSeconds ? 1 : 0;
        Times times = new Times(
                Field.parse(Unit.SECOND, withSeconds ? fields[0] : "0"),
                Field.parse(Unit.MINUTE, fields[minute]),
                Field.parse(Unit.HOUR, fields[minute + 1]),
                Field.parse(Unit.MONTH, fields[minute + 3]),
                Days.parse(fields[minute + 2], fields[minute + 4], both));
        if (times.nextDate(CYCLE, CYCLE.plusYears(400)) == null) {
            throw new IllegalArgumentException("it never fires: no day is " + fields[minute + 2] + " "
                    + fields[minute + 3] + " " + fields[minute + 4]);
        }
        return times;
    }

    private static String[] fields(String expression, boolean withSeconds) {
        String alias = expression.startsWith("@") ? expression.toLowerCase(Locale.ROOT) : null;
        if (alias != null && !ALIASES.containsKey(alias)) {
            String known = String.join(", ", ALIASES.keySet().stream().sorted().toList());
            throw new IllegalArgumentException("there is no such alias; there are " + known);
        }
        String text = alias == null ? expression : (withSeconds ? "0 " : "") + ALIASES.get(alias);
        String[] fields = text.split("\\s+", -1);
        int needed = withSeconds ? 6 : 5;
        if (fields.length > needed) {
            throw new IllegalArgumentException("'%s' is a field too many; they are %s"
                    .formatted(fields[needed], (withSeconds ? "second, " : "") + FIELDS));
        }
        if (fields.length < needed) {
            throw new IllegalArgumentException("it has %d of %d fields; they are %s"
                    .formatted(text.isEmpty() ? 0 : fields.length, needed, (withSeconds ? "second, " : "") + FIELDS));
        }
        return fields;
    }

    /** When it fires next in a zone, with {@link DstPolicy#DEFAULT}. */
    public Optional<Instant> next(Instant after, ZoneId zone) {
        return next(after, zone, DstPolicy.DEFAULT);
    }

    /**
     * When it fires next in a zone.
     *
     * @param after the answer is later than this
     * @return to the second; empty if it does not fire before the year 9999
     */
    public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy policy) {
        if (!after.isBefore(END_OF_TIME)) {
            return Optional.empty();
        }
        Instant from = after.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        Instant until = from.plus(HORIZON);
        return Optional.ofNullable(new Occurrences(times, zone.getRules(), policy)
                .first(from, until.isBefore(END_OF_TIME) ? until : END_OF_TIME));
    }

    /** The next times it fires in a zone, with {@link DstPolicy#DEFAULT}, in order. */
    public List<Instant> next(Instant after, ZoneId zone, int count) {
        return Stream.iterate(next(after, zone), Optional::isPresent, last -> last.flatMap(at -> next(at, zone)))
                .limit(count)
                .flatMap(Optional::stream)
                .toList();
    }

    /** As it was written. */
    public String expression() {
        return expression;
    }

    /** Whether its first field is for seconds. */
    public boolean hasSeconds() {
        return withSeconds;
    }

    /** Whether a day has to match both fields for days, see {@link #daysMatchBoth}. */
    public boolean needsBothDays() {
        return times.days().both();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cron cron
                && expression.equals(cron.expression)
                && withSeconds == cron.withSeconds
                && times.days().both() == cron.times.days().both();
    }

    @Override
    public int hashCode() {
        return expression.hashCode();
    }

    @Override
    public String toString() {
        return expression;
    }
}
