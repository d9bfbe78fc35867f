package dev.errand.cli.console;

import dev.errand.store.StoreSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which server is meant.
 *
 * @param url without a slash at the end and in small letters but for its path, so that one server has one
 */
public record ServerAddress(URI url) {
    static final String VARIABLE = "ERRAND_SERVER";

    /**
     * Reads what was typed.
     *
     * @throws UsageException if it is the address of no server
     */
    public static ServerAddress of(String text) {
        try {
            URI url = new URI(text.strip().replaceFirst("/+$", ""));
            if (!isServer(url)) {
                throw none(text);
            }
            String name =
                    "%s://%s".formatted(url.getScheme(), url.getRawAuthority()).toLowerCase(Locale.ROOT);
            return new ServerAddress(URI.create(name + url.getRawPath()));
        } catch (URISyntaxException e) {
            throw none(text);
        }
    }

    /**
     * The one given, else that of the environment.
     *
     * @throws UsageException if neither names one
     */
    public static ServerAddress orOfEnvironment(@Nullable String given) {
        String text = given == null ? System.getenv(VARIABLE) : given;
        if (text == null || text.isBlank()) {
            throw new UsageException("which server? Give its address, such as https://errand.example.org");
        }
        return of(text);
    }

    private static boolean isServer(URI url) {
        boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        return web
                && url.getHost() != null
                && url.getUserInfo() == null
                && url.getQuery() == null
                && url.getFragment() == null;
    }

    private static UsageException none(String text) {
        return new UsageException(
                "'%s' is no server; write for example http://127.0.0.1:7070 or https://errand.example.org"
                        .formatted(StoreSettings.shown(text)));
    }

    /** Whether what is sent there can be read on the way. */
    public boolean isOpen() {
        String host = String.valueOf(url.getHost());
        boolean here = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        return "http".equals(url.getScheme()) && !here;
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return url.toString();
    }
}
