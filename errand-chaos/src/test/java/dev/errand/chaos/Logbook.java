package dev.errand.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A file to which processes append what happens: a line each, in one call, which the system does not mix with others. */
final class Logbook {
    /** The system property that names the file. */
    static final String FILE = "chaos.record";

    private final Path file;

    Logbook(Path file) {
        this.file = file;
    }

    static Logbook ofThisProcess() {
        return new Logbook(Path.of(System.getProperty(FILE)));
    }

    void add(Entry.Kind kind, long claim, Object run, String detail) {
        add(new Entry(System.nanoTime(), ProcessHandle.current().pid(), kind, claim, String.valueOf(run), detail));
    }

    void add(Entry entry) {
        try {
            Files.writeString(
                    file,
                    entry.line(),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By time. */
    List<Entry> entries() {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(Entry::of)
                    .sorted((a, b) -> Long.compare(a.at(), b.at()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
