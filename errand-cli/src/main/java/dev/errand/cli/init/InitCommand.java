package dev.errand.cli.init;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a sample project: two tasks and a page that says what to do with them. */
@Command(name = "init", description = "Make a sample project. Files that are there already are left as they are.")
public final class InitCommand implements Callable<Integer> {
    private static final List<String> FILES = List.of("tasks/Hello.java", "tasks/shout.sh", "README.md", ".gitignore");

    private final Console console;

    @Parameters(paramLabel = "FOLDER", arity = "0..1", description = "Where (default: here).")
    private Path folder = Path.of(".");

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and exit.")
    private boolean help;

    public InitCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new UsageException("%s is a file; a folder is wanted".formatted(folder));
        }
        List<String> made = FILES.stream().filter(this::make).toList();
        if (json) {
            console.json(new Made(folder.toString(), made));
            return Exit.OK;
        }
        made.forEach(file -> console.line("made " + folder.resolve(file).normalize()));
        if (made.isEmpty()) {
            console.line("nothing to make: all is there");
        }
        boolean here = folder.normalize().toString().isEmpty();
        console.line("next: %serrand run hello --payload '{\"name\":\"Ada\"}'"
                .formatted(here ? "" : "cd " + folder + " && "));
        return Exit.OK;
    }

    private boolean make(String name) {
        Path file = folder.resolve(name);
        String resource = name.equals(".gitignore") ? "gitignore" : name;
        try (InputStream sample =
                Objects.requireNonNull(InitCommand.class.getResourceAsStream("sample/" + resource), resource)) {
            if (Files.exists(file)) {
                return false;
            }
            Files.createDirectories(Objects.requireNonNull(file.getParent(), "parent"));
            Files.copy(sample, file);
            return !name.endsWith(".sh") || file.toFile().setExecutable(true);
        } catch (IOException e) {
            throw new UsageException("cannot make %s: %s".formatted(file, e.getMessage()));
        }
    }

    /** What {@code --json} prints. */
    record Made(String folder, List<String> files) {}
}
