package dev.errand.cli.doctor;

import dev.errand.cli.console.Cache;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The JDK and the folder for caches. */
final class Platform {
    private Platform() {}

    static List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        findings.add(jdk());
        findings.add(cache());
        findings.add(start());
        return findings;
    }

    private static Finding jdk() {
        String version = "Java %s in %s".formatted(Runtime.version(), System.getProperty("java.home"));
        if (ToolProvider.getSystemJavaCompiler() == null) {
            return Finding.error(
                    "jdk", version + " has no compiler", "install a JDK 25, a JRE cannot compile task files");
        }
        return Finding.ok("jdk", version);
    }

    private static Finding cache() {
        Path folder = Cache.folder();
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "doctor", ""));
            return Finding.ok("cache", folder.toString());
        } catch (IOException e) {
            return Finding.warn(
                    "cache",
                    "cannot write to " + folder,
                    "commands start slower; set XDG_CACHE_HOME to a folder of yours");
        }
    }

    private static Finding start() {
        @Nullable
        String option = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:AOTCache="))
                .findFirst()
                .orElse(null);
        return option == null
                ? Finding.warn(
                        "start", "no AOT cache", "the launcher ./errand makes one; without it commands start slower")
                : Finding.ok("start", "AOT cache " + option.substring(option.indexOf('=') + 1));
    }
}
