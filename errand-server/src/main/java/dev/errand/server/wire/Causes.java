package dev.errand.server.wire;

import dev.errand.server.call.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The causes of an error, of which only its stack trace tells. */
final class Causes {
    private static final String BEGINNING = "\nCaused by: ";
    private static final String FRAME = "\n\t";
    private static final int MOST = 20;

    private Causes() {}

    /** The outermost first; null for none. What is cut off at the end of a long trace is left out. */
    static @Nullable List<Map<String, @Nullable Object>> of(String stack) {
        List<Map<String, @Nullable Object>> causes = new ArrayList<>();
        int at = stack.indexOf(BEGINNING);
        while (at >= 0 && causes.size() < MOST) {
            int next = stack.indexOf(BEGINNING, at + 1);
            causes.add(cause(stack.substring(at + BEGINNING.length(), next < 0 ? stack.length() : next)));
            at = next;
        }
        return causes.isEmpty() ? null : causes;
    }

    /** {@code type: message}, and below it where. A message may go over several lines. */
    private static Map<String, @Nullable Object> cause(String trace) {
        int frames = trace.indexOf(FRAME);
        String said = (frames < 0 ? trace : trace.substring(0, frames)).strip();
        int colon = said.indexOf(": ");
        return Members.of("message", colon < 0 ? "" : said.substring(colon + 2))
                .put("name", colon < 0 ? said : said.substring(0, colon))
                .put("stackTrace", trace.stripTrailing())
                .map();
    }
}
