package dev.errand.scripts;

import dev.errand.AsTask;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What task files are compiled against: all that this program has on its class and module path, Errand's API in any case. */
record CompilerClassPath(List<String> entries) {
    static CompilerClassPath ofThisProgram() {
        Set<String> entries = new LinkedHashSet<>();
        for (String property : List.of("java.class.path", "jdk.module.path")) {
            for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
                if (!entry.isEmpty()) {
                    entries.add(entry);
                }
            }
        }
        @Nullable CodeSource api = AsTask.class.getProtectionDomain().getCodeSource();
        if (api != null && "file".equals(api.getLocation().getProtocol())) {
            try {
                entries.add(Path.of(api.getLocation().toURI()).toString());
            } catch (URISyntaxException e) {
                throw new IllegalStateException("The class path has an entry that is no path: " + api.getLocation(), e);
            }
        }
        return new CompilerClassPath(List.copyOf(entries));
    }

    /** As one option of the compiler. */
    String joined() {
        return String.join(File.pathSeparator, entries);
    }

    /** Each entry with its size and time, so that another version of a library makes another text. */
    List<String> versions() {
        List<String> versions = new ArrayList<>();
        for (String entry : entries) {
            try {
                var attributes = Files.readAttributes(Path.of(entry), BasicFileAttributes.class);
                versions.add(entry + " " + attributes.size() + " "
                        + attributes.lastModifiedTime().toMillis());
            } catch (IOException e) {
                versions.add(entry + " missing");
            }
        }
        return versions;
    }
}
