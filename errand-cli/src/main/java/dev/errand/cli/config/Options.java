package dev.errand.cli.config;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** For which options there may be settings: all of those of commands that work until they are told to end, and of others the store. */
final class Options {
    static final String STORE = "store";
    /** Commands that are services. */
    private static final List<String> SERVICES = List.of("serve", "node", "dev");

    private static final Set<String> OF_THE_MOMENT = Set.of("help", "json", "verbose");

    private Options() {}

    /** By name without the dashes. */
    static SortedMap<String, OptionSpec> of(Collection<CommandSpec> services) {
        SortedMap<String, OptionSpec> all = new TreeMap<>();
        for (CommandSpec service : services) {
            service.options().stream()
                    .filter(option -> !OF_THE_MOMENT.contains(name(option)))
                    .forEach(option -> all.putIfAbsent(name(option), option));
        }
        return all;
    }

    /** Those of one command that there may be settings for. */
    static Collection<OptionSpec> of(CommandSpec command) {
        return of(List.of(command)).values().stream()
                .filter(option -> isService(command) || name(option).equals(STORE))
                .toList();
    }

    static boolean isService(CommandSpec command) {
        return SERVICES.contains(command.name());
    }

    static Set<String> names(Collection<CommandSpec> services) {
        return new TreeSet<>(of(services).keySet());
    }

    static String name(OptionSpec option) {
        return option.longestName().substring("--".length());
    }

    /** Whether it takes no value. */
    static boolean isFlag(OptionSpec option) {
        return option.arity().max() == 0;
    }
}
