package dev.errand.client;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** What addresses and keys look like. */
final class Address {
    private Address() {}

    /** Without a slash at the end. */
    static URI checked(URI server) {
        String scheme = server.getScheme();
        boolean web = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        if (!web || server.getHost() == null || server.getQuery() != null || server.getFragment() != null) {
            throw new IllegalArgumentException(
                    "'%s' is no address of a server; one looks like http://127.0.0.1:7070".formatted(server));
        }
        return URI.create(server.toString().replaceFirst("/+$", ""));
    }

    /** What a header takes. What it is stays out of the message. */
    static String checkedKey(String key) {
        String stripped = key.strip();
        if (stripped.isEmpty() || !stripped.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new IllegalArgumentException(
                    "a key is not empty and has neither blanks nor letters beyond ASCII; one begins with tr_");
        }
        return stripped;
    }

    /** A path of the API's, whose segments may have anything in them. */
    static String path(Object... segments) {
        StringBuilder path = new StringBuilder("/api/errand/v1");
        for (Object segment : segments) {
            String text = segment.toString();
            if (text.isEmpty()) {
                throw new IllegalArgumentException("a name is needed, and empty");
            }
            path.append('/').append(encoded(text));
        }
        return path.toString();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
