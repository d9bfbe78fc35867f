package dev.errand.scripts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The first lines of a file, at most 20 and at most 16 KB; none of a file that is not text. */
record FileHead(List<String> lines) {
    private static final int LINES = 20;
    private static final int BYTES = 16 * 1024;

    static FileHead of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(BYTES), StandardCharsets.UTF_8);
            return new FileHead(
                    text.indexOf('\0') >= 0
                            ? List.of()
                            : text.lines().limit(LINES).toList());
        }
    }

    boolean hasShebang() {
        return !lines.isEmpty() && lines.getFirst().startsWith("#!");
    }

    /** The program that the first line names; empty if it names none. */
    String interpreter() {
        return hasShebang() ? lines.getFirst().substring(2).strip().split("\\s+", -1)[0] : "";
    }
}
