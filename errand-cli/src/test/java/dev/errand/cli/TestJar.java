package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/** Makes jars of sources. */
final class TestJar {
    private static final String SERVICE = "META-INF/services/dev.errand.TaskProvider";

    private TestJar() {}

    /**
     * Compiles a class and packs it.
     *
     * @param folder where to; the jar has its name
     * @param name of the class, which is in no package
     * @param services the lines by which the jar names its providers; none for no such file
     */
    static Path make(Path folder, String name, String source, List<String> services) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        file.toString());
        assertThat(code).isZero();
        if (!services.isEmpty()) {
            Path service = classes.resolve(SERVICE);
            Files.createDirectories(service.getParent());
            Files.writeString(service, String.join("\n", services));
        }
        return pack(classes, Path.of(folder + ".jar"));
    }

    private static Path pack(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                packed.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                packed.write(Files.readAllBytes(file));
                packed.closeEntry();
            }
        }
        return jar;
    }
}
