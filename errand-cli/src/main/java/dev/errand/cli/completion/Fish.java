package dev.errand.cli.completion;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for fish: a line for each command and each option. */
final class Fish {
    private Fish() {}

    static String script(CommandLine root) {
        Map<String, CommandLine> commands = root.getSubcommands();
        Stream<String> top = commands.entrySet().stream()
                .map(command -> line("__fish_use_subcommand", command.getKey(), command.getValue()));
        Stream<String> below =
                commands.entrySet().stream().flatMap(command -> group(command.getKey(), command.getValue()));
        return Stream.concat(Stream.of("complete -c errand -f"), Stream.concat(top, below))
                .collect(Collectors.joining("\n"));
    }

    private static Stream<String> group(String name, CommandLine command) {
        Map<String, CommandLine> members = command.getSubcommands();
        if (members.isEmpty()) {
            return options(seen(name), command);
        }
        String none = seen(name) + "; and not " + seen(String.join(" ", members.keySet()));
        return members.entrySet().stream()
                .flatMap(member -> Stream.concat(
                        Stream.of(line(none, member.getKey(), member.getValue())),
                        options(seen(name) + "; and " + seen(member.getKey()), member.getValue())));
    }

    private static String seen(String names) {
        return "__fish_seen_subcommand_from " + names;
    }

    private static String line(String condition, String name, CommandLine command) {
        String[] description = command.getCommandSpec().usageMessage().description();
        return "complete -c errand -n '%s' -a %s -d '%s'"
                .formatted(condition, name, description.length == 0 ? "" : quoted(description[0]));
    }

    private static Stream<String> options(String condition, CommandLine command) {
        return command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .map(option -> option(condition, option));
    }

    private static String option(String condition, OptionSpec option) {
        String names = Arrays.stream(option.names())
                .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
                .collect(Collectors.joining(" "));
        boolean takesValue = option.arity().min() > 0;
        String[] description = option.description();
        return "complete -c errand -n '%s' %s%s -d '%s'"
                .formatted(
                        condition,
                        names,
                        takesValue ? " -r -F" : "",
                        description.length == 0 ? "" : quoted(description[0]));
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("'", "\\'").replace("${COMPLETION-CANDIDATES}", "…");
    }
}
