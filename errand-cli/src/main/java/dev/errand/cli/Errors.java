package dev.errand.cli;

import dev.errand.BatchNotFoundException;
import dev.errand.ErrandException;
import dev.errand.InvalidPayloadException;
import dev.errand.NotAllowedException;
import dev.errand.QueueNotFoundException;
import dev.errand.RunNotFoundException;
import dev.errand.ScheduleNotFoundException;
import dev.errand.TaskNotFoundException;
import dev.errand.TokenNotFoundException;
import dev.errand.cli.config.Configured;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.Similar;
import dev.errand.cli.console.UsageException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line and an exit code. With {@code ERRAND_DEBUG=1} the stack trace comes too. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Console console;
    private final Configured configured;

    Errors(Console console, Configured configured) {
        this.console = console;
        this.configured = configured;
    }

    @Override
    public int handleParseException(ParameterException error, String[] args) {
        console.error(OneLine.of(mistyped(error) + from(error.getArgSpec())));
        trace(error);
        return Exit.USAGE;
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
        console.error(OneLine.of(error.getMessage() == null ? error.toString() : message(error)));
        trace(error);
        return isUsage(error) ? Exit.USAGE : Exit.FAILED;
    }

    private static boolean isUsage(Exception error) {
        return error instanceof UsageException
                || error instanceof IllegalArgumentException
                || isLeftToEngines(error)
                || error instanceof QueueNotFoundException
                || error instanceof TaskNotFoundException
                || error instanceof RunNotFoundException
                || error instanceof BatchNotFoundException
                || error instanceof ScheduleNotFoundException
                || error instanceof TokenNotFoundException
                || error instanceof InvalidPayloadException;
    }

    /** What no server does for those who ask it from afar; the message says what to do instead. */
    private static boolean isLeftToEngines(Exception error) {
        return error instanceof UnsupportedOperationException && error.getMessage() != null;
    }

    private static String message(Exception error) {
        if (error instanceof NotAllowedException refused && !refused.isKnown()) {
            return refused.getMessage() + "; errand login keeps one, --key-file and ERRAND_KEY name another";
        }
        boolean ours = error instanceof ErrandException || isUsage(error);
        return ours ? String.valueOf(error.getMessage()) : error.toString() + " (ERRAND_DEBUG=1 shows where)";
    }

    private static String mistyped(ParameterException error) {
        if (error instanceof UnmatchedArgumentException unmatched) {
            String what = unmatched.getUnmatched().getFirst();
            String kind = unmatched.isUnknownOption()
                    ? "unknown option"
                    : error.getCommandLine().getSubcommands().isEmpty() ? "unexpected argument" : "unknown command";
            List<String> similar = Similar.to(what, names(error.getCommandLine(), unmatched.isUnknownOption()));
            return "%s '%s'; %s"
                    .formatted(
                            kind,
                            what,
                            similar.isEmpty()
                                    ? "errand%s --help shows what there is".formatted(path(error.getCommandLine()))
                                    : "did you mean " + String.join(" or ", similar) + "?");
        }
        Throwable cause = error.getCause();
        if (cause instanceof IllegalArgumentException || cause instanceof UsageException) {
            return argument(error.getArgSpec()) + cause.getMessage();
        }
        String message = String.valueOf(error.getMessage());
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    /** Of what was not typed. */
    private String from(@Nullable ArgSpec argument) {
        String from = argument instanceof OptionSpec option ? configured.from(option.longestName()) : null;
        return from == null ? "" : " (said by %s)".formatted(from);
    }

    private static String argument(@Nullable ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() + ": " : "";
    }

    private static Set<String> names(CommandLine command, boolean options) {
        return options
                ? command.getCommandSpec().optionsMap().keySet()
                : command.getSubcommands().keySet();
    }

    private static String path(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        return name.startsWith("errand") ? name.substring("errand".length()) : " " + name;
    }

    private void trace(Exception error) {
        if (System.getenv("ERRAND_DEBUG") != null) {
            console.trace(error);
        }
    }
}
