package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.StoreSettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is and how it is used: the driver's URL, in which parameters that begin with {@code errand.} are this store's.
 *
 * @param url without this store's parameters
 * @param dataSource where connections come from; null to connect to the URL
 * @param schema where the tables are
 * @param notifies whether nodes wake each other with NOTIFY; without, they poll
 * @param listenUrl where to LISTEN if not at the URL: past a pooler; null for at the URL
 * @param migrates whether the tables are made and brought up to date where that is needed, or that is an error
 */
record Settings(
        String url,
        @Nullable DataSource dataSource,
        String schema,
        boolean notifies,
        @Nullable String listenUrl,
        boolean migrates) {
    static final String PREFIX = "jdbc:postgresql:";

    private static final String OURS = "errand.";
    private static final Set<String> KNOWN = Set.of("schema", "notify", "listenUrl", "migrate");
    private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,49}");

    static Settings of(StoreSettings settings) {
        Map<String, String> options = new HashMap<>(settings.options());
        String url = withoutOurs(settings.url(), options);
        for (String name : options.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new StoreException(
                        "A PostgreSQL store has no option '%s'; it knows schema, notify, listenUrl and migrate"
                                .formatted(name));
            }
        }
        String schema = options.getOrDefault("schema", "errand");
        if (!SCHEMA.matcher(schema).matches()) {
            throw new StoreException(
                    "'%s' cannot be the schema's name: lower-case letters, digits and _, 50 at most".formatted(schema));
        }
        return new Settings(
                url,
                settings.dataSource(),
                schema,
                isOn(options, "notify"),
                options.get("listenUrl"),
                isOn(options, "migrate"));
    }

    private static boolean isOn(Map<String, String> options, String name) {
        String value = options.getOrDefault(name, "on");
        if (!value.equals("on") && !value.equals("off")) {
            throw new StoreException("%s is '%s'; it can be on or off".formatted(name, value));
        }
        return value.equals("on");
    }

    private static String withoutOurs(String url, Map<String, String> options) {
        int mark = url.indexOf('?');
        if (mark < 0) {
            return url;
        }
        List<String> rest = new ArrayList<>();
        for (String parameter : url.substring(mark + 1).split("&", -1)) {
            if (parameter.startsWith(OURS)) {
                int equals = parameter.indexOf('=');
                String value = equals < 0 ? "" : parameter.substring(equals + 1);
                options.putIfAbsent(
                        parameter.substring(OURS.length(), equals < 0 ? parameter.length() : equals),
                        URLDecoder.decode(value, StandardCharsets.UTF_8));
            } else {
                rest.add(parameter);
            }
        }
        return url.substring(0, mark) + (rest.isEmpty() ? "" : "?" + String.join("&", rest));
    }

    /** Whether a pooler may stand between that gives each transaction another session. */
    boolean pooled() {
        return !notifies || listenUrl != null;
    }

    /** For messages. */
    String shownUrl() {
        return StoreSettings.shown(url)
                + (schema.equals("errand") ? "" : (url.indexOf('?') < 0 ? "?" : "&") + "errand.schema=" + schema);
    }
}
