package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications whose tasks a server executes. */
class JarTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() {
        cli = new Cli(folder);
    }

    /** An application with one task. */
    private Path application(String name, String task, String body) throws Exception {
        String source = """
                import dev.errand.*;
                import java.util.List;

                public final class %s implements TaskProvider {
                    static final class Words {
                        static String of(String text) {
                            return %s;
                        }
                    }

                    @Override
                    public List<Task<?, ?>> tasks() {
                        return List.of(Task.named("%s", String.class, String.class).run((text, run) -> Words.of(text)));
                    }
                }
                """.formatted(name, body, task);
        return TestJar.make(Files.createDirectories(folder.resolve(name)), name, source, List.of(name));
    }

    private void refused(String jar, String... parts) {
        Cli.Said said = cli.call("serve", "--jar", jar);
        assertThat(said.code()).describedAs(said.err()).isEqualTo(2);
        assertThat(said.err()).startsWith("errand: ").contains(parts).hasLineCount(1);
        assertThat(folder.resolve("errand.db")).doesNotExist();
    }

    @Test
    void theTasksOfApplicationsAreExecutedWhereTheyAreServed() throws Exception {
        Path shop = application("Shop", "shout", "text.toUpperCase()");
        Path desk = application("Desk", "twice", "text + text");
        try (CliProcess serve = CliProcess.start(
                cli, "serve", "--jar", shop.toString(), "--jar", desk.toString(), "--port=0", "--without-keys")) {
            serve.await(line -> line.equals(desk + " loaded: twice"));
            String server =
                    serve.await(line -> line.startsWith("listening on ")).substring("listening on ".length());
            Cli.Said shout = Cli.bare("trigger", "shout", "--payload", "\"a\"", "--wait=60s", "--server", server);
            assertThat(shout.line()).describedAs(shout.err()).isEqualTo("A");
            assertThat(cli.call("trigger", "twice", "--payload", "\"b\"", "--wait=60s")
                            .line())
                    .isEqualTo("bb");
            assertThat(cli.call("tasks", "show", "shout").out()).contains("source       " + shop);
        }
    }

    @Test
    void whatIsNoApplicationIsRefusedBeforeAnythingIsOpened() throws Exception {
        refused("nowhere.jar", "no jar nowhere.jar");
        refused(folder.toString(), "no jar " + folder);
        refused(cli.file("text.jar", "Dear diary").toString(), "text.jar is no jar");
        Path unnamed = TestJar.make(
                Files.createDirectories(folder.resolve("unnamed")), "A", "public final class A {}", List.of());
        refused(unnamed.toString(), "names no task provider in META-INF/services/dev.errand.TaskProvider");
        Path other = TestJar.make(
                Files.createDirectories(folder.resolve("other")), "B", "public final class B {}", List.of("B"));
        refused(other.toString(), "the tasks of " + other + " cannot be loaded", "B");
    }

    @Test
    void aProviderThatFailsSaysWhy() throws Exception {
        String source = """
                public final class Broken implements dev.errand.TaskProvider {
                    @Override
                    public java.util.List<dev.errand.Task<?, ?>> tasks() {
                        throw new IllegalStateException("no DATABASE_URL");
                    }
                }
                """;
        Path jar = TestJar.make(Files.createDirectories(folder.resolve("broken")), "Broken", source, List.of("Broken"));
        refused(jar.toString(), "cannot be loaded", "no DATABASE_URL");
    }
}
