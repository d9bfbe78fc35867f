package dev.errand.cli.config;

import dev.errand.cli.console.Similar;
import dev.errand.cli.console.UsageException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** A file of settings as Java's properties are written, {@code port = 8080}, one on each line. Keys that nobody knows are refused, so that a typing error is. */
final class SettingsFile {
    private final Path file;
    private final Set<String> known;
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    private SettingsFile(Path file, Set<String> known) {
        this.file = file;
        this.known = known;
    }

    /**
     * What it says, by the names of options without the dashes.
     *
     * @throws UsageException for what it cannot say, with the line
     */
    static Map<String, Setting> read(Path file, Set<String> known) {
        SettingsFile read = new SettingsFile(file, known);
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int number = 1; number <= lines.size(); number++) {
                read.line(number, lines.get(number - 1).strip());
            }
        } catch (IOException | IllegalArgumentException e) { // also bytes that are no text, and escapes that are none
            throw new UsageException("%s cannot be read: %s".formatted(file, e));
        }
        return read.settings;
    }

    private void line(int number, String line) throws IOException {
        String from = "%s line %d".formatted(file, number);
        if (line.endsWith("\\") && !line.startsWith("#")) {
            throw new UsageException(from + ": a value ends on its line, without a backslash");
        }
        Properties one = new Properties();
        one.load(new StringReader(line));
        for (String key : one.stringPropertyNames()) { // one, or none if it is a comment
            add(key, new Setting(one.getProperty(key), from));
        }
    }

    private void add(String key, Setting setting) {
        if (!known.contains(key)) {
            throw new UsageException("%s: there is no setting '%s'; %s".formatted(setting.from(), key, advice(key)));
        }
        if (setting.value().isBlank()) {
            throw new UsageException("%s: %s has no value".formatted(setting.from(), key));
        }
        Setting before = settings.put(key, setting);
        if (before != null) {
            throw new UsageException("%s: %s is said already, in %s".formatted(setting.from(), key, before.from()));
        }
    }

    private String advice(String key) {
        List<String> similar = Similar.to(key, known);
        return similar.isEmpty()
                ? "errand config shows those there are"
                : "did you mean " + String.join(" or ", similar) + "?";
    }
}
