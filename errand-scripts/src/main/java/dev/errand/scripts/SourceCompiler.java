package dev.errand.scripts;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Compiles one source file in memory. The language asks for a {@code main} method in a compact source file, which a task has no
 * use for: one is added behind the last line where it is missing, so that all positions stay true.
 *
 * <p>Nothing but this class and {@link MemoryFiles} touches the compiler, so that a program whose files are all in the
 * {@link ClassCache} never loads it.
 */
final class SourceCompiler {
    private static final String MAIN = "\nvoid main() {}\n";
    private static final Pattern HAS_MAIN = Pattern.compile("\\bmain\\s*\\(");
    private static final String ANNOTATION = "Ldev/errand/AsTask;";

    private final CompilerClassPath classPath;

    SourceCompiler(CompilerClassPath classPath) {
        this.classPath = classPath;
    }

    Compilation compile(Path file, String source) {
        @Nullable Compilation guess = seemsToLackMain(file, source) ? javac(file, source + MAIN) : null;
        if (guess != null && isCompact(guess, file)) {
            return guess;
        }
        Compilation plain = javac(file, source);
        if (!plain.lacksMain()) {
            return plain;
        }
        return guess != null ? guess : javac(file, source + MAIN);
    }

    /** A guess that saves most compact files the first of two compilations; the compiler has the last word. */
    private static boolean seemsToLackMain(Path file, String source) {
        String name = Pattern.quote(FileTree.stem(file));
        return !HAS_MAIN.matcher(source).find()
                && !Pattern.compile("\\b(class|record|enum|interface)\\s+" + name + "\\b")
                        .matcher(source)
                        .find();
    }

    /** Whether tasks stand at the top level, which they can only in a compact file. */
    private static boolean isCompact(Compilation compilation, Path file) {
        byte @Nullable [] top = compilation.classes().get(FileTree.stem(file));
        return top != null && new String(top, StandardCharsets.ISO_8859_1).contains(ANNOTATION);
    }

    private Compilation javac(Path file, String source) {
        @Nullable JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        if (javac == null) {
            return failed(List.of(Diagnostic.of(
                    file, "cannot be compiled: this Java runtime has no compiler. Run Errand on a JDK, 25 or newer")));
        }
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (MemoryFiles files = new MemoryFiles(javac.getStandardFileManager(found, null, StandardCharsets.UTF_8))) {
            boolean succeeded = javac.getTask(
                            null, files, found, options(), null, List.of(MemoryFiles.source(file, source)))
                    .call();
            return succeeded
                    ? new Compilation(files.classes(), List.of(), false)
                    : CompilerErrors.of(file, found.getDiagnostics());
        }
    }

    private static Compilation failed(List<Diagnostic> diagnostics) {
        return new Compilation(java.util.Map.of(), diagnostics, false);
    }

    private List<String> options() {
        List<String> options = new ArrayList<>(List.of("-parameters", "-proc:none", "-g", "-implicit:none", "-nowarn"));
        options.addAll(List.of("--release", "25", "-cp", classPath.joined()));
        return options;
    }
}
