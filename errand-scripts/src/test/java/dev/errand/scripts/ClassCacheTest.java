package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassCacheTest {
    private static final CompilerClassPath NOTHING = new CompilerClassPath(List.of());

    @TempDir
    Path folder;

    private ClassCache cache;

    @BeforeEach
    void open() {
        cache = new ClassCache(folder.resolve("made").resolve("when needed"));
    }

    @Test
    void whatWasKeptIsFound() {
        cache.keep("a", Map.of("A", new byte[] {1, 2}, "A$B", new byte[0]));
        assertThat(cache.find("a")).containsOnlyKeys("A", "A$B").containsEntry("A", new byte[] {1, 2});
        assertThat(cache.find("b")).isNull();
    }

    @Test
    void aDamagedEntryIsNotUsed() throws IOException {
        cache.keep("a", Map.of("A", new byte[] {1, 2, 3, 4}));
        Path entry = entries().getFirst();
        byte[] bytes = Files.readAllBytes(entry);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(entry, Arrays.copyOf(bytes, length));
            assertThat(cache.find("a")).as("cut to %d bytes", length).isNull();
        }
        bytes[10] ^= 1;
        Files.write(entry, bytes);
        assertThat(cache.find("a")).isNull();
    }

    @Test
    void entriesUnusedForThirtyDaysAreDropped() throws IOException {
        cache.keep("old", Map.of("A", new byte[1]));
        Path old = entries().getFirst();
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
        cache.keep("new", Map.of("A", new byte[1]));
        assertThat(entries()).singleElement().asString().endsWith("new.classes");
    }

    @Test
    void anEntryInUseStaysYoung() throws IOException {
        cache.keep("used", Map.of("A", new byte[1]));
        Path used = entries().getFirst();
        Files.setLastModifiedTime(used, FileTime.from(Instant.now().minus(Duration.ofDays(29))));
        assertThat(cache.find("used")).isNotNull();
        assertThat(Files.getLastModifiedTime(used).toInstant())
                .isAfter(Instant.now().minus(Duration.ofMinutes(1)));
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoError() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        ClassCache impossible = new ClassCache(file.resolve("below"));
        impossible.keep("a", Map.of("A", new byte[1]));
        assertThat(impossible.find("a")).isNull();
    }

    @Test
    void theKeyChangesWithNameSourceAndLibraries() throws IOException {
        Path library = Files.writeString(folder.resolve("library.jar"), "1");
        CompilerClassPath with = new CompilerClassPath(List.of(library.toString()));
        String key = ClassCache.key("A.java", "source", with);
        assertThat(ClassCache.key("A.java", "source", with)).isEqualTo(key);
        assertThat(ClassCache.key("B.java", "source", with)).isNotEqualTo(key);
        assertThat(ClassCache.key("A.java", "Source", with)).isNotEqualTo(key);
        assertThat(ClassCache.key("A.java", "source", NOTHING)).isNotEqualTo(key);
        Files.writeString(library, "22");
        assertThat(ClassCache.key("A.java", "source", with)).isNotEqualTo(key);
    }

    /** In a process of its own, since this one has the compiler loaded already. */
    @Test
    void anUnchangedFileIsLoadedWithoutTheCompiler() throws Exception {
        Path file = Tasks.write(folder, "Greet.java", "import dev.errand.*;\n@AsTask int greet() { return 7; }\n");
        assertThat(loadedInAnotherProcess(file)).contains("SourceCompiler").contains("javax.tools.");
        assertThat(loadedInAnotherProcess(file))
                .contains("VersionLoader")
                .doesNotContain("SourceCompiler", "javax.tools.", "com.sun.tools.javac");
    }

    private String loadedInAnotherProcess(Path file) throws IOException, InterruptedException {
        Path classes = folder.resolve("classes.log");
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + classes,
                "-cp",
                classPath(),
                LoadOne.class.getName(),
                file.toString());
        java.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Process process = java.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("loaded greet");
        return Files.readString(classes);
    }

    /** The class path as it is, not the one jar that the test runner puts in front of it. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("made").resolve("when needed"))) {
            return files.toList();
        }
    }

    /** Loads a task file and says what is in it. */
    static final class LoadOne {
        private LoadOne() {}

        public static void main(String[] arguments) {
            System.out.println("loaded " + Tasks.only(Path.of(arguments[0])).id());
        }
    }
}
