package dev.errand.cli.config;

import dev.errand.cli.console.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds for options that the command line does not give: the environment says so ({@code ERRAND_PORT} for {@code --port}), or else a file, the
 * one that {@code ERRAND_CONFIG} names, or {@code errand.properties} in the current folder if there is one.
 */
public final class Settings {
    private static final String FILE = "ERRAND_CONFIG";
    private static final Path USUAL = Path.of("errand.properties");

    private final Map<String, String> environment;
    private final Map<String, Setting> file;

    private Settings(Map<String, String> environment, Map<String, Setting> file) {
        this.environment = environment;
        this.file = file;
    }

    /**
     * Those of this process.
     *
     * @param known the names of all options that there may be settings for, without the dashes
     * @throws UsageException if there is no such file, or it says what it cannot
     */
    public static Settings load(Set<String> known) {
        return load(System.getenv(), USUAL, known);
    }

    static Settings load(Map<String, String> environment, Path usual, Set<String> known) {
        String named = environment.getOrDefault(FILE, "");
        Path file = named.isEmpty() ? usual : Path.of(named);
        if (Files.exists(file)) {
            return new Settings(environment, SettingsFile.read(file, known));
        }
        if (!named.isEmpty()) {
            throw new UsageException("no file %s, which %s names".formatted(named, FILE));
        }
        return new Settings(environment, Map.of());
    }

    /** What is to hold for an option, by its name without the dashes; null if nobody says anything. */
    public @Nullable Setting find(String option) {
        String variable = variable(option);
        String value = environment.getOrDefault(variable, "");
        return value.isBlank() ? file.get(option) : new Setting(value, variable);
    }

    /** How the environment names an option. */
    static String variable(String option) {
        return "ERRAND_" + option.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
