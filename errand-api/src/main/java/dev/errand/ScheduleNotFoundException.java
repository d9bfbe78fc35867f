package dev.errand;

import java.util.List;

/** There is no such schedule in the store. */
public final class ScheduleNotFoundException extends ErrandException {
    private final String key;
    private final transient List<String> similar;

    /** @param similar keys that may have been meant */
    public ScheduleNotFoundException(String key, List<String> similar) {
        super("No schedule '%s' in this store%s"
                .formatted(key, similar.isEmpty() ? "" : "; there is " + String.join(", ", similar)));
        this.key = key;
        this.similar = List.copyOf(similar);
    }

    /** What was looked for. */
    public String key() {
        return key;
    }

    /** Keys that may have been meant. */
    public List<String> similar() {
        return similar;
    }
}
