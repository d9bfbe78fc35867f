package dev.errand.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The command that starts a class's {@code main} in another process, with the class path of this one. Half of what so young a JVM does is to
 * load and check classes: a first process, which does what others do, leaves those that it needed to a cache that others begin with (JEP 514).
 * Until there is one, and where there never is, they start without.
 */
public final class JavaCommand {
    private static final long PATIENCE_SECONDS = 180;
    /** Said to the first process, which has such a command too, and is not to train another that trains another. */
    private static final String TRAINED = "errand.process.trained";

    private final List<String> options;
    private final CompletableFuture<List<String>> cached;

    /**
     * Begins to make the cache, on a thread of its own.
     *
     * @param options of all JVMs
     * @param training what shows which classes are needed
     * @param arguments of its {@code main}; they may name files in the folder, which is deleted when this JVM ends
     */
    public JavaCommand(List<String> options, Class<?> training, Function<Path, List<String>> arguments) {
        this.options = List.copyOf(options);
        this.cached = Boolean.getBoolean(TRAINED)
                ? new CompletableFuture<>()
                : CompletableFuture.supplyAsync(
                        () -> train(training, arguments),
                        task -> Thread.ofPlatform()
                                .daemon()
                                .name("errand-training")
                                .start(task));
    }

    /** @param more options, of this JVM */
    public List<String> of(List<String> more, Class<?> main, List<String> arguments) {
        boolean isCached = cached.isDone() && !cached.isCompletedExceptionally();
        return command(isCached ? cached.join() : plain(System.getProperty("java.class.path")), more, main, arguments);
    }

    private static List<String> plain(String classPath) {
        return List.of("-cp", classPath);
    }

    private List<String> command(List<String> first, List<String> more, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(first);
        command.addAll(more);
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }

    /** Answers what to begin with. */
    private List<String> train(Class<?> training, Function<Path, List<String>> arguments) {
        try {
            Path folder = Files.createTempDirectory("errand-training");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            List<String> jars = plain(inJars(folder));
            Path cache = folder.resolve("classes.aot");
            Process process = new ProcessBuilder(command(
                            jars,
                            List.of("-XX:AOTCacheOutput=" + cache, "-D" + TRAINED + "=true"),
                            training,
                            arguments.apply(folder)))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(folder.resolve("training.log").toFile()))
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            if (!Files.exists(cache)) {
                return jars;
            }
            List<String> begin = new ArrayList<>(jars);
            // Nor does anybody want to hear it if the JVM does not take it: all works without.
            begin.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:disable"));
            return begin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while training", e);
        }
    }

    /** The class path of this JVM, with a jar in place of each folder: from folders no class is taken into the cache. */
    private static String inJars(Path to) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = to.resolve(entries.size() + ".jar");
                pack(path, jar);
                entries.add(jar.toString());
            } else if (Files.exists(path)) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void pack(Path folder, Path jar) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> tree = Files.walk(folder)) {
            zip.setLevel(0);
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // The system's own broom will find it.
        }
    }
}
