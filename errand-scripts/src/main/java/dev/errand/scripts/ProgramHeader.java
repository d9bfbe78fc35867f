package dev.errand.scripts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings in the first 20 lines of a program: {@code # errand: attempts=5 delay=10s description="Counts words"}. The comment
 * may begin with {@code #}, {@code //}, {@code --} or {@code ;}, and there may be several.
 *
 * @param settings by key, in the order they stand there
 * @param diagnostics what could not be read
 */
record ProgramHeader(Path file, Map<String, Setting> settings, List<Diagnostic> diagnostics) {
    private static final Pattern LINE = Pattern.compile("^\\s*(?:#|//|--|;)\\s*errand:");
    private static final Pattern PAIR =
            Pattern.compile("([A-Za-z][A-Za-z0-9_-]*)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s\"]+))(?=\\s|$)");
    private static final Pattern SPACE = Pattern.compile("\\s*");

    /** A value and where it stands: line and column from 1. */
    record Setting(String value, int line, int column) {}

    static boolean isIn(FileHead head) {
        return head.lines().stream().anyMatch(line -> LINE.matcher(line).find());
    }

    static ProgramHeader read(Path file) throws IOException {
        ProgramHeader header = new ProgramHeader(file, new LinkedHashMap<>(), new ArrayList<>());
        List<String> lines = FileHead.of(file).lines();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (line.find()) {
                header.parse(lines.get(i), i + 1, line.end());
            }
        }
        return header;
    }

    private void parse(String text, int line, int from) {
        int at = skipSpace(text, from);
        Matcher pair = PAIR.matcher(text);
        while (at < text.length()) {
            if (!pair.region(at, text.length()).lookingAt()) {
                diagnostics.add(new Diagnostic(
                        file,
                        line,
                        at + 1,
                        "'%s' is no setting; write key=value or key=\"a longer value\""
                                .formatted(text.substring(at).strip())));
                return;
            }
            put(pair, line);
            at = skipSpace(text, pair.end());
        }
    }

    private void put(Matcher pair, int line) {
        String key = pair.group(1);
        boolean quoted = pair.group(2) != null;
        String value = quoted ? pair.group(2).replaceAll("\\\\(.)", "$1") : pair.group(3);
        int column = pair.start(quoted ? 2 : 3) + 1;
        if (settings.putIfAbsent(key, new Setting(value, line, column)) != null) {
            diagnostics.add(new Diagnostic(file, line, pair.start() + 1, "'%s' is set twice".formatted(key)));
        }
    }

    private static int skipSpace(String text, int from) {
        Matcher space = SPACE.matcher(text).region(from, text.length());
        return space.lookingAt() ? space.end() : from;
    }

    Optional<String> value(String key) {
        return Optional.ofNullable(settings.get(key)).map(Setting::value);
    }
}
