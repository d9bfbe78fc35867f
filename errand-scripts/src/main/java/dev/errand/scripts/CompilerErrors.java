package dev.errand.scripts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.Diagnostic.Kind;
import javax.tools.JavaFileObject;

/** The compiler's errors in our words: one line each, with the way out where we know it. */
final class CompilerErrors {
    private static final String LACKS_MAIN = "compiler.err.implicit.class.does.not.have.main.method";
    private static final String BAD_FILE_NAME = "compiler.err.bad.file.name";

    private CompilerErrors() {}

    static Compilation of(Path file, List<javax.tools.Diagnostic<? extends JavaFileObject>> found) {
        List<Diagnostic> errors = new ArrayList<>();
        boolean lacksMain = false;
        for (javax.tools.Diagnostic<? extends JavaFileObject> error : found) {
            if (error.getKind() != Kind.ERROR) {
                continue;
            }
            lacksMain |= LACKS_MAIN.equals(error.getCode());
            int line = Math.max(0, (int) error.getLineNumber());
            int column = line == 0 ? 0 : Math.max(1, (int) error.getColumnNumber());
            errors.add(new Diagnostic(file, line, column, reason(file, error)));
        }
        if (errors.isEmpty()) {
            errors.add(Diagnostic.of(file, "cannot be compiled, and the compiler does not say why"));
        }
        return new Compilation(Map.of(), List.copyOf(errors), lacksMain);
    }

    private static String reason(Path file, javax.tools.Diagnostic<? extends JavaFileObject> error) {
        if (BAD_FILE_NAME.equals(error.getCode())) {
            return "the name of a compact source file must be a Java identifier: rename %s to %s.java"
                    .formatted(file.getFileName(), identifier(FileTree.stem(file)));
        }
        return error.getMessage(Locale.ENGLISH)
                .lines()
                .map(String::strip)
                .collect(Collectors.joining("; "))
                .replaceAll("\\bjava\\.lang\\.(?=[A-Z]\\w*\\b(?!\\.))", "");
    }

    /** {@code send-mail} as a class would be called: {@code SendMail}. */
    static String identifier(String stem) {
        StringBuilder name = new StringBuilder();
        for (String word : stem.split("[^\\p{L}\\p{N}_$]+", -1)) {
            if (!word.isEmpty()) {
                name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
            }
        }
        return name.isEmpty() || !Character.isJavaIdentifierStart(name.charAt(0)) ? "Task" + name : name.toString();
    }
}
