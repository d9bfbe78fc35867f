package dev.errand.cli.config;

import dev.errand.cli.console.UsageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The arguments of a command with what settings say of options that they do not give, which is put behind the command's name as if it had been
 * typed there.
 */
public final class Configured {
    private final List<String> arguments;
    private final Map<String, String> from = new HashMap<>();

    private Configured(List<String> arguments) {
        this.arguments = new ArrayList<>(arguments);
    }

    /**
     * Nothing is read for commands that there are no settings for.
     *
     * @param services all commands that settings are for
     * @throws UsageException if the settings cannot be read
     */
    public static Configured of(CommandLine root, List<String> typed, Supplier<Collection<CommandSpec>> services) {
        Configured configured = new Configured(typed);
        int depth = 0;
        CommandLine command = root;
        for (String word : typed) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                break;
            }
            command = next;
            depth++;
        }
        Collection<OptionSpec> options = Options.of(command.getCommandSpec());
        if (!options.isEmpty() && (Options.isService(command.getCommandSpec()) || !configured.isAboutAServer())) {
            configured.add(depth, options, Settings.load(Options.names(services.get())));
        }
        return configured;
    }

    private void add(int at, Collection<OptionSpec> options, Settings settings) {
        List<String> said = new ArrayList<>();
        for (OptionSpec option : options) {
            Setting setting = isTyped(option.longestName()) ? null : settings.find(Options.name(option));
            if (setting != null && (!Options.isFlag(option) || isOn(option, setting))) {
                from.put(option.longestName(), setting.from());
                said.add(Options.isFlag(option) ? option.longestName() : option.longestName() + "=" + setting.value());
            }
        }
        arguments.addAll(at, said);
    }

    private boolean isTyped(String option) {
        return arguments.stream().anyMatch(argument -> argument.equals(option) || argument.startsWith(option + "="));
    }

    /** Then the store that settings name is not meant. */
    private boolean isAboutAServer() {
        return isTyped("--server") || System.getenv("ERRAND_SERVER") != null;
    }

    private static boolean isOn(OptionSpec option, Setting setting) {
        return switch (setting.value()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new UsageException("%s: %s is true or false, not '%s'"
                        .formatted(setting.from(), Options.name(option), setting.value()));
        };
    }

    /** To be parsed in place of what was typed. */
    public String[] arguments() {
        return arguments.toArray(String[]::new);
    }

    /** Where that option was said, if it was not typed; null if it was, or not at all. */
    public @Nullable String from(String option) {
        return from.get(option);
    }
}
