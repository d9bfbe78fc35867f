package dev.errand;

import java.util.regex.Pattern;

/** What keys of schedules may be. They are apart from ids, which stand for schedules in the same places. */
final class ScheduleKey {
    private static final Pattern ID = Pattern.compile("sched_[0-9a-z]{26}");
    private static final int LONGEST = 100;

    private ScheduleKey() {}

    static void check(String key) {
        if (key.isBlank()
                || key.length() > LONGEST
                || key.codePoints().anyMatch(ScheduleKey::isNoText)
                || ID.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no key for a schedule: 1 to %d characters, none of them a control character, and not what ids look like"
                            .formatted(key, LONGEST));
        }
    }

    /** Half a character is none either. */
    private static boolean isNoText(int character) {
        return Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE;
    }
}
