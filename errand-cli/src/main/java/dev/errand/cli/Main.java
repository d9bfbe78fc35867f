package dev.errand.cli;

import dev.errand.cli.config.Configured;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.UsageException;
import dev.errand.cli.log.ServiceLog;
import java.util.List;
import picocli.CommandLine;

/** The door of the command line. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Console console = Console.ofProcess();
        int code = execute(console, args);
        console.flush();
        // Ends at once: nothing is left that had to be waited for, and hooks of a command that was interrupted have had
        // their turn.
        System.exit(code);
    }

    /** Runs one command and answers with its exit code. */
    static int execute(Console console, String... args) {
        ServiceLog.chooseQuick();
        CommandLine root = Commands.root(console, List.of(args));
        Configured configured;
        try {
            configured = Configured.of(root, List.of(args), () -> Commands.services(console));
        } catch (UsageException e) {
            console.error(OneLine.of(String.valueOf(e.getMessage())));
            return Exit.USAGE;
        }
        Errors errors = new Errors(console, configured);
        return root.setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // @file is ours: --payload @file
                .setOut(console.outWriter())
                .setErr(console.errWriter())
                .execute(configured.arguments());
    }
}
