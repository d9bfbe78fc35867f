package dev.errand.cli;

import dev.errand.cli.batches.BatchesShow;
import dev.errand.cli.bench.BenchCommand;
import dev.errand.cli.completion.CompletionCommand;
import dev.errand.cli.config.ConfigCommand;
import dev.errand.cli.console.Console;
import dev.errand.cli.dev.DevCommand;
import dev.errand.cli.doctor.DoctorCommand;
import dev.errand.cli.events.EventsRaise;
import dev.errand.cli.events.EventsTail;
import dev.errand.cli.init.InitCommand;
import dev.errand.cli.keys.KeysCreate;
import dev.errand.cli.keys.KeysList;
import dev.errand.cli.keys.KeysRevoke;
import dev.errand.cli.locks.LocksList;
import dev.errand.cli.login.LoginCommand;
import dev.errand.cli.login.LogoutCommand;
import dev.errand.cli.nodes.NodesConcurrency;
import dev.errand.cli.nodes.NodesDrain;
import dev.errand.cli.nodes.NodesList;
import dev.errand.cli.queues.LimitsList;
import dev.errand.cli.queues.QueuesLimit;
import dev.errand.cli.queues.QueuesList;
import dev.errand.cli.queues.QueuesPause;
import dev.errand.cli.queues.QueuesReset;
import dev.errand.cli.queues.QueuesResume;
import dev.errand.cli.queues.QueuesShow;
import dev.errand.cli.run.RunCommand;
import dev.errand.cli.runs.RunsAwait;
import dev.errand.cli.runs.RunsCancel;
import dev.errand.cli.runs.RunsEmitted;
import dev.errand.cli.runs.RunsFollow;
import dev.errand.cli.runs.RunsList;
import dev.errand.cli.runs.RunsLogs;
import dev.errand.cli.runs.RunsPurge;
import dev.errand.cli.runs.RunsReplay;
import dev.errand.cli.runs.RunsReschedule;
import dev.errand.cli.runs.RunsRetry;
import dev.errand.cli.runs.RunsShow;
import dev.errand.cli.runs.RunsSignal;
import dev.errand.cli.runs.RunsWhy;
import dev.errand.cli.schedules.SchedulesCreate;
import dev.errand.cli.schedules.SchedulesDelete;
import dev.errand.cli.schedules.SchedulesList;
import dev.errand.cli.schedules.SchedulesNext;
import dev.errand.cli.schedules.SchedulesPause;
import dev.errand.cli.schedules.SchedulesResume;
import dev.errand.cli.schedules.SchedulesRun;
import dev.errand.cli.schedules.SchedulesShow;
import dev.errand.cli.schedules.SchedulesUpdate;
import dev.errand.cli.serve.NodeCommand;
import dev.errand.cli.serve.ServeCommand;
import dev.errand.cli.store.StoreBackupCommand;
import dev.errand.cli.store.StoreCheckCommand;
import dev.errand.cli.store.StoreCopyCommand;
import dev.errand.cli.store.StoreMigrateCommand;
import dev.errand.cli.subscriptions.SubscriptionsList;
import dev.errand.cli.subscriptions.SubscriptionsRemove;
import dev.errand.cli.targets.TargetsCreate;
import dev.errand.cli.targets.TargetsDisable;
import dev.errand.cli.targets.TargetsEnable;
import dev.errand.cli.targets.TargetsList;
import dev.errand.cli.targets.TargetsRemove;
import dev.errand.cli.targets.TargetsRotate;
import dev.errand.cli.tasks.TasksList;
import dev.errand.cli.tasks.TasksResetKey;
import dev.errand.cli.tasks.TasksShow;
import dev.errand.cli.tokens.TokensComplete;
import dev.errand.cli.tokens.TokensCreate;
import dev.errand.cli.tokens.TokensList;
import dev.errand.cli.top.TopCommand;
import dev.errand.cli.trigger.TriggerCommand;
import dev.errand.cli.values.ValuesGet;
import dev.errand.cli.values.ValuesList;
import dev.errand.cli.values.ValuesRemove;
import dev.errand.cli.values.ValuesSet;
import dev.errand.cli.webhooks.WebhooksCreate;
import dev.errand.cli.webhooks.WebhooksDelete;
import dev.errand.cli.webhooks.WebhooksDeliveries;
import dev.errand.cli.webhooks.WebhooksDisable;
import dev.errand.cli.webhooks.WebhooksEnable;
import dev.errand.cli.webhooks.WebhooksList;
import dev.errand.cli.webhooks.WebhooksReplay;
import dev.errand.cli.webhooks.WebhooksRotate;
import dev.errand.cli.webhooks.WebhooksShow;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The tree of commands. Only the one asked for is made: describing all of them to picocli takes longer than most commands. Help,
 * completion and a name that is not found want them all.
 */
final class Commands {
    private final Console console;
    private final List<String> args;

    private Commands(Console console, List<String> args) {
        this.console = console;
        this.args = args;
    }

    /** The tree, or as much of it as these arguments need. */
    static CommandLine root(Console console, List<String> args) {
        return new Commands(console, args).root();
    }

    private CommandLine root() {
        CommandLine root = new CommandLine(new RootCommand());
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("run", () -> new RunCommand(console));
        commands.put("dev", () -> new DevCommand(console));
        commands.put("serve", () -> new ServeCommand(console));
        commands.put("node", () -> new NodeCommand(console));
        commands.put("trigger", () -> new TriggerCommand(console));
        commands.put("tasks", this::tasks);
        commands.put("runs", this::runs);
        commands.put("events", this::events);
        commands.put("subscriptions", this::subscriptions);
        commands.put("schedules", this::schedules);
        commands.put("nodes", this::nodes);
        commands.put("keys", this::keys);
        commands.put("webhooks", this::webhooks);
        commands.put("batches", this::batches);
        commands.put("locks", this::locks);
        commands.put("tokens", this::tokens);
        commands.put("values", this::values);
        commands.put("queues", this::queues);
        commands.put("limits", this::limits);
        commands.put("store", this::store);
        commands.put("login", () -> new LoginCommand(console));
        commands.put("logout", () -> new LogoutCommand(console));
        commands.put("top", () -> new TopCommand(console));
        commands.put("doctor", () -> new DoctorCommand(console));
        commands.put("bench", () -> new BenchCommand(console));
        commands.put("config", () -> new ConfigCommand(console, () -> services(console)));
        commands.put("init", () -> new InitCommand(console));
        commands.put("completion", () -> new CompletionCommand(console, () -> root(console, List.of())));
        return with(root, commands, 0);
    }

    /** Those that work until they are told to end, and that settings are for. */
    static Collection<CommandSpec> services(Console console) {
        return Stream.of(new ServeCommand(console), new NodeCommand(console), new DevCommand(console))
                .map(command -> new CommandLine(command).getCommandSpec())
                .toList();
    }

    private Object tasks() {
        return group(
                new Groups.Tasks(),
                Map.of("list", TasksList::new, "show", TasksShow::new, "reset-key", TasksResetKey::new));
    }

    private Object schedules() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("list", SchedulesList::new);
        commands.put("show", SchedulesShow::new);
        commands.put("next", SchedulesNext::new);
        commands.put("create", SchedulesCreate::new);
        commands.put("update", SchedulesUpdate::new);
        commands.put("pause", SchedulesPause::new);
        commands.put("resume", SchedulesResume::new);
        commands.put("run", SchedulesRun::new);
        commands.put("delete", SchedulesDelete::new);
        return group(new Groups.Schedules(), commands);
    }

    private Object events() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("tail", EventsTail::new);
        commands.put("raise", EventsRaise::new);
        return group(new Groups.Events(), commands);
    }

    private Object subscriptions() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("list", SubscriptionsList::new);
        commands.put("remove", SubscriptionsRemove::new);
        return group(new Groups.Subscriptions(), commands);
    }

    private Object nodes() {
        return group(
                new Groups.Nodes(),
                Map.of("list", NodesList::new, "concurrency", NodesConcurrency::new, "drain", NodesDrain::new));
    }

    private Object keys() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("create", KeysCreate::new);
        commands.put("list", KeysList::new);
        commands.put("revoke", KeysRevoke::new);
        return group(new Groups.Keys(), commands);
    }

    private Object webhooks() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("create", WebhooksCreate::new);
        commands.put("list", WebhooksList::new);
        commands.put("show", WebhooksShow::new);
        commands.put("rotate", WebhooksRotate::new);
        commands.put("enable", WebhooksEnable::new);
        commands.put("disable", WebhooksDisable::new);
        commands.put("delete", WebhooksDelete::new);
        commands.put("deliveries", WebhooksDeliveries::new);
        commands.put("replay", WebhooksReplay::new);
        commands.put("targets", any -> webhookTargets());
        return group(new Groups.Webhooks(), commands);
    }

    private Object batches() {
        return group(new Groups.Batches(), Map.of("show", BatchesShow::new));
    }

    private Object locks() {
        return group(new Groups.Locks(), Map.of("list", LocksList::new));
    }

    private Object tokens() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("create", TokensCreate::new);
        commands.put("list", TokensList::new);
        commands.put("complete", TokensComplete::new);
        return group(new Groups.Tokens(), commands);
    }

    private Object values() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("get", ValuesGet::new);
        commands.put("set", ValuesSet::new);
        commands.put("remove", ValuesRemove::new);
        commands.put("list", ValuesList::new);
        return group(new Groups.Values(), commands);
    }

    private Object queues() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("list", QueuesList::new);
        commands.put("show", QueuesShow::new);
        commands.put("pause", QueuesPause::new);
        commands.put("resume", QueuesResume::new);
        commands.put("limit", QueuesLimit::new);
        commands.put("reset", QueuesReset::new);
        return group(new Groups.Queues(), commands);
    }

    private Object limits() {
        return group(new Groups.Limits(), Map.of("list", LimitsList::new));
    }

    private Object store() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("check", StoreCheckCommand::new);
        commands.put("migrate", StoreMigrateCommand::new);
        commands.put("copy", StoreCopyCommand::new);
        commands.put("backup", StoreBackupCommand::new);
        return group(new Groups.Store(), commands);
    }

    private Object runs() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("list", RunsList::new);
        commands.put("show", RunsShow::new);
        commands.put("await", RunsAwait::new);
        commands.put("logs", RunsLogs::new);
        commands.put("follow", RunsFollow::new);
        commands.put("emitted", RunsEmitted::new);
        commands.put("why", RunsWhy::new);
        commands.put("cancel", RunsCancel::new);
        commands.put("retry", RunsRetry::new);
        commands.put("replay", RunsReplay::new);
        commands.put("reschedule", RunsReschedule::new);
        commands.put("signal", RunsSignal::new);
        commands.put("purge", RunsPurge::new);
        return group(new Groups.Runs(), commands);
    }

    private Object webhookTargets() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("create", TargetsCreate::new);
        commands.put("list", TargetsList::new);
        commands.put("rotate", TargetsRotate::new);
        commands.put("disable", TargetsDisable::new);
        commands.put("enable", TargetsEnable::new);
        commands.put("remove", TargetsRemove::new);
        return group(new Groups.WebhookTargets(), commands, 2);
    }

    private CommandLine group(Object command, Map<String, Function<Console, Object>> members) {
        return group(command, members, 1);
    }

    /** @param depth how many names of groups there are up to here */
    private CommandLine group(Object command, Map<String, Function<Console, Object>> members, int depth) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        members.forEach((name, maker) -> commands.put(name, () -> maker.apply(console)));
        return with(new CommandLine(command), commands, depth);
    }

    private CommandLine with(CommandLine parent, Map<String, Supplier<Object>> commands, int depth) {
        String asked = args.size() > depth ? args.get(depth) : "";
        if (commands.containsKey(asked)) {
            parent.addSubcommand(asked, commands.get(asked).get());
        } else {
            commands.forEach((name, maker) -> parent.addSubcommand(name, maker.get()));
        }
        return parent;
    }
}
