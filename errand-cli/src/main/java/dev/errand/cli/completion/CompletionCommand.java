package dev.errand.cli.completion;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a completion script. */
@Command(
        name = "completion",
        description = {
            "Print a completion script.",
            "bash: source <(errand completion bash)",
            "zsh: source <(errand completion zsh)",
            "fish: errand completion fish | source"
        })
public final class CompletionCommand implements Callable<Integer> {
    private final Console console;
    private final Supplier<CommandLine> tree;

    @Parameters(paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and exit.")
    private boolean help;

    /** @param tree all commands */
    public CompletionCommand(Console console, Supplier<CommandLine> tree) {
        this.console = console;
        this.tree = tree;
    }

    /** Shells, named as users type them. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Override
    public Integer call() {
        console.line(
                switch (shell) {
                    case bash -> AutoComplete.bash("errand", tree.get());
                    case zsh ->
                        "autoload -U +X bashcompinit && bashcompinit\n" + AutoComplete.bash("errand", tree.get());
                    case fish -> Fish.script(tree.get());
                });
        return Exit.OK;
    }
}
