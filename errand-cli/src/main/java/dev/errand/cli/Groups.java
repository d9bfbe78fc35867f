package dev.errand.cli;

import dev.errand.cli.console.UsageException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Commands that only hold others. */
final class Groups {
    private Groups() {}

    @Command(name = "tasks", description = "Tasks the store knows.", synopsisSubcommandLabel = "COMMAND")
    static final class Tasks extends Group {}

    @Command(name = "runs", description = "Runs: list, follow, steer.", synopsisSubcommandLabel = "COMMAND")
    static final class Runs extends Group {}

    @Command(name = "events", description = "What happens to runs, as it happens.", synopsisSubcommandLabel = "COMMAND")
    static final class Events extends Group {}

    @Command(
            name = "subscriptions",
            description = "Durable subscriptions to events.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Subscriptions extends Group {}

    @Command(
            name = "schedules",
            description = "Schedules, which trigger runs at set times.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Schedules extends Group {}

    @Command(name = "nodes", description = "Engines that live on the store.", synopsisSubcommandLabel = "COMMAND")
    static final class Nodes extends Group {}

    @Command(name = "keys", description = "Keys that open servers to programs.", synopsisSubcommandLabel = "COMMAND")
    static final class Keys extends Group {}

    @Command(
            name = "webhooks",
            description = "Webhooks, by which other systems trigger runs.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Webhooks extends Group {}

    @Command(name = "targets", description = "Who is told of events over HTTP.", synopsisSubcommandLabel = "COMMAND")
    static final class WebhookTargets extends Group {}

    @Command(name = "batches", description = "Runs that were triggered together.", synopsisSubcommandLabel = "COMMAND")
    static final class Batches extends Group {}

    @Command(name = "locks", description = "Locks that bodies hold.", synopsisSubcommandLabel = "COMMAND")
    static final class Locks extends Group {}

    @Command(
            name = "tokens",
            description = "Tokens, which runs wait for and others complete.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Tokens extends Group {}

    @Command(
            name = "values",
            description = "Durable values, which runs read and wait for.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Values extends Group {}

    @Command(name = "queues", description = "Queues: look at, pause, limit.", synopsisSubcommandLabel = "COMMAND")
    static final class Queues extends Group {}

    @Command(name = "limits", description = "Limits of queues and tasks.", synopsisSubcommandLabel = "COMMAND")
    static final class Limits extends Group {}

    @Command(name = "store", description = "The store as a whole.", synopsisSubcommandLabel = "COMMAND")
    static final class Store extends Group {}

    abstract static class Group implements Callable<Integer> {
        @Spec
        CommandSpec spec = CommandSpec.create();

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this and exit.")
        boolean help;

        @Override
        public Integer call() {
            throw new UsageException("errand %s needs one of: %s"
                    .formatted(spec.name(), String.join(", ", spec.subcommands().keySet())));
        }
    }
}
