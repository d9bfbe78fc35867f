package dev.errand.store;

import java.time.Clock;
import java.util.Map;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * @param url the database's
 * @param dataSource where connections come from; null to connect to the URL
 * @param options by name, in the words of the store's documentation
 * @param clock decides everything that is stored, where the store has no clock of its own, or if it is not the system's
 */
public record StoreSettings(String url, @Nullable DataSource dataSource, Map<String, String> options, Clock clock) {
    private static final Pattern PASSWORD = Pattern.compile("(?i)(password(?:=|%3d))(?:(?!%26)[^&])*");
    private static final Pattern USER = Pattern.compile("//[^/]*@");

    public StoreSettings {
        options = Map.copyOf(options);
    }

    /** A URL without what is secret in it, for messages; also one that is no store's. */
    public static String shown(String url) {
        return USER.matcher(PASSWORD.matcher(url).replaceAll("$1…")).replaceAll("//…@");
    }
}
