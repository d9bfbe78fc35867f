package dev.errand.server.packet;

import dev.errand.server.call.Call;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Surroundings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that open one thing to whoever has them, for one method and a while: what it is and until when stands in them, signed by the server's
 * secret.
 */
final class BlobAddresses {
    /** What is opened is one segment without a character that a proxy might take for another. */
    static final String PATH = "/api/errand/blobs/{blob}";

    private static final String PURPOSE = "blob";

    private final Surroundings around;

    BlobAddresses(Surroundings around) {
        this.around = around;
    }

    /**
     * An address.
     *
     * @param method by which it is opened
     * @param what is opened, any text
     * @param life how long it opens that
     */
    String of(String method, String what, Duration life) {
        String end = String.valueOf(around.errand().now().plus(life).getEpochSecond());
        String segment = Base64.getUrlEncoder().withoutPadding().encodeToString(what.getBytes(StandardCharsets.UTF_8));
        return "%s/api/errand/blobs/%s?end=%s&signature=%s"
                .formatted(around.base().get(), segment, end, around.secret().sign(PURPOSE, said(method, end, what)));
    }

    private static String said(String method, String end, String what) {
        return method + " " + end + " " + what;
    }

    /**
     * What an address opens.
     *
     * @throws Problem 403 unless it is one that was told here, for that method, and has not ended
     */
    String opened(Call call, String method) {
        String what = text(call.parameter("blob"));
        String end = call.query().text("end");
        String signature = call.query().text("signature");
        if (what == null || end == null || signature == null) {
            throw shut();
        }
        boolean told = around.secret().hasSigned(PURPOSE, said(method, end, what), signature);
        if (!told || Long.parseLong(end) < around.errand().now().getEpochSecond()) {
            throw shut();
        }
        return what;
    }

    private static @Nullable String text(String segment) {
        try {
            return new String(Base64.getUrlDecoder().decode(segment), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Problem shut() {
        return Problem.of(403, "This address opens nothing, or nothing any more");
    }
}
