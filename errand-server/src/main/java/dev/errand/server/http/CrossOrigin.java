package dev.errand.server.http;

import dev.errand.server.call.Answer;
import java.util.List;

/**
 * Has browsers let pages of any origin ask what takes tokens, and read the answer. That gives nothing away: a browser adds nothing by itself by which
 * a server here knows anybody, so that such a page may what the token allows that it was given.
 */
final class CrossOrigin {
    private static final String ANY = "*";

    private CrossOrigin() {}

    static Answer readable(Answer answer) {
        return answer.header("access-control-allow-origin", ANY).header("access-control-expose-headers", ANY);
    }

    /** What a browser is told that asks whether a page may ask. The wildcard does not mean authorization. */
    static Answer preflight(List<String> methods) {
        return readable(Answer.nothing())
                .header("access-control-allow-methods", String.join(", ", methods))
                .header("access-control-allow-headers", "authorization, content-type, *")
                .header("access-control-max-age", "7200");
    }
}
