package dev.errand.cli.nodes;

import dev.errand.Errand;
import dev.errand.NodeInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the engines on a store, but for the one that asks. */
@Command(name = "list", description = "List the engines that live on the store.")
public final class NodesList extends StoreCommand {
    public NodesList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<NodeInfo> nodes =
                errand.nodes().stream().filter(node -> !node.self()).toList();
        if (json) {
            console.json(nodes);
        } else {
            table(nodes).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private static Table table(List<NodeInfo> nodes) {
        Times times = new Times();
        Table table =
                new Table("node", "name", "pid", "version", "concurrency", "budget", "tasks", "queues", "started");
        for (NodeInfo node : nodes) {
            table.row(
                    node.number(),
                    node.name(),
                    node.pid(),
                    node.version() == null ? "" : node.version(),
                    node.concurrency(),
                    node.budget() == null ? "" : node.budget(),
                    node.tasks().size(),
                    node.queues().isEmpty() ? "all" : String.join(",", node.queues()),
                    times.full(node.startedAt()));
        }
        return table;
    }
}
