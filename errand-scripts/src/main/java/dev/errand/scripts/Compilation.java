package dev.errand.scripts;

import java.util.List;
import java.util.Map;

/**
 * What the compiler made of a source file.
 *
 * @param classes by binary name; empty if it failed
 * @param diagnostics the errors; empty if it succeeded
 * @param lacksMain whether it is a compact source file without the {@code main} method that the language asks of it
 */
record Compilation(Map<String, byte[]> classes, List<Diagnostic> diagnostics, boolean lacksMain) {
    boolean succeeded() {
        return diagnostics.isEmpty();
    }
}
