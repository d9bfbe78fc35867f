package dev.errand.cli;

import dev.errand.cli.console.Console;
import dev.errand.cli.log.ServiceLog;
import java.util.List;

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
        Errors errors = new Errors(console);
        return Commands.root(console, List.of(args))
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // @file is ours: --payload @file
                .setOut(console.outWriter())
                .setErr(console.errWriter())
                .execute(args);
    }
}
