package dev.errand.server.auth;

import dev.errand.Role;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Gate;
import dev.errand.server.call.Head;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in without a key who sits at this machine, for a server that listens there only. Programs on it may all they like; pages of strangers in
 * its browser may nothing but what a token allows that somebody has given them. Such a page names the server otherwise (its own name, made to lead
 * here), or the browser says where it is from.
 */
public final class LoopbackGate implements Gate {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String DEVELOPER = "developer";
    /** Of pages, of which a browser says where they are from: this very server, or where its user typed an address. */
    private static final Set<String> OWN_PAGES = Set.of("same-origin", "none");

    private final PublicTokens tokens;

    public LoopbackGate(PublicTokens tokens) {
        this.tokens = tokens;
    }

    /** Whether only this machine reaches what listens on this address. */
    public static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public Caller admit(Head head, Route route) {
        String host = head.header("host");
        if (host == null || !isOwn(host)) {
            throw Problem.of(
                    403, "Without keys this server answers only to localhost, 127.0.0.1 and [::1] in the Host header");
        }
        Caller holder = holder(head, route);
        if (holder != null) {
            return holder;
        }
        String origin = head.header("origin");
        String site = head.header("sec-fetch-site");
        if ((origin != null && !isFrom(origin, host)) || (site != null && !OWN_PAGES.contains(site))) {
            throw Problem.of(403, "Without keys this server answers no pages of other origins");
        }
        return owner();
    }

    private Caller owner() {
        return tokens.owner(DEVELOPER, Role.ADMIN, DEVELOPER);
    }

    /** Who has a token that this server has signed may what it says, wherever his page is from. Null for others. */
    private @Nullable Caller holder(Head head, Route route) {
        String shown = Bearer.of(head);
        Jwt token = shown == null || !route.tokens() ? null : Jwt.read(shown).orElse(null);
        return token != null && DEVELOPER.equals(token.text("sub")) && tokens.hasSigned(token, DEVELOPER)
                ? tokens.holder(token, owner(), head, route)
                : null;
    }

    private static boolean isOwn(String host) {
        int port = host.lastIndexOf(':');
        String name = port > host.lastIndexOf(']') ? host.substring(0, port) : host;
        return NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** The very same name and port: another port may be another program's page. */
    private static boolean isFrom(String origin, String host) {
        @Nullable String authority;
        try {
            authority = URI.create(origin).getAuthority();
        } catch (IllegalArgumentException e) {
            return false;
        }
        return host.equalsIgnoreCase(authority);
    }
}
