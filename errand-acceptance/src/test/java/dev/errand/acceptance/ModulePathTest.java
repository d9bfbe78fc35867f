package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the module path a library sees of another what that one opens to it, and no more. */
class ModulePathTest {
    private static final String PROGRAM = """
            import dev.errand.*;
            import java.time.Duration;

            class Program {
                record Order(int number) {}

                record Receipt(int number, String from) {}

                public static void main(String[] arguments) throws Exception {
                    var order = Task.named("order", Order.class, Receipt.class)
                            .run((it, run) -> {
                                run.sleep("a moment", Duration.ofMillis(1));
                                run.await(run.token("late", Order.class, Duration.ofMillis(1)));
                                var go = run.value("go", Boolean.class);
                                run.until("it goes", () -> {
                                    boolean goes = go.get().isPresent();
                                    Thread.ofVirtual().start(() -> go.set(true)).join();
                                    return goes;
                                });
                                return new Receipt(it.number(), Errand.class.getModule().getName());
                            });
                    try (var errand = Errand.builder().store(arguments[0]).tasks(order).open()) {
                        System.out.println(errand.trigger(order, new Order(7)).await(Duration.ofSeconds(60)));
                    }
                }
            }
            """;

    /** Without the code of tests, and what that needs. Our own modules are folders or jars, as far as the build has come. */
    private static final String NEEDED = ".*[/\\\\]target[/\\\\](classes|errand-[^/\\\\]*(?<!-tests)\\.jar)"
            + "|.*[/\\\\](jackson|slf4j-api|postgresql|sqlite-jdbc|jspecify)[^/\\\\]*\\.jar";

    @TempDir
    private Path folder;

    @Test
    void aProgramOnTheModulePathRunsItsTasks() throws Exception {
        String modules = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(NEEDED) && !entry.matches(".*errand-(testkit|acceptance).*"))
                .collect(Collectors.joining(File.pathSeparator));
        Path program = Files.writeString(folder.resolve("Program.java"), PROGRAM);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        modules,
                        "--add-modules",
                        "ALL-MODULE-PATH",
                        "--enable-native-access=ALL-UNNAMED",
                        program.toString(),
                        TestStore.url(folder))
                .redirectError(folder.resolve("err.txt").toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output)
                .as(() -> read(folder.resolve("err.txt")))
                .isEqualToIgnoringNewLines("Receipt[number=7, from=dev.errand.api]");
        assertThat(process.waitFor()).isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
