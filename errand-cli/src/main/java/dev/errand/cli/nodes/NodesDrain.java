package dev.errand.cli.nodes;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Has a node start nothing more. */
@Command(name = "drain", description = "Have a node start nothing more; what executes there goes on.")
public final class NodesDrain extends StoreCommand {
    @Parameters(index = "0", paramLabel = "NODE", description = "The node's number, see errand nodes list.")
    private long node;

    public NodesDrain(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (!errand.drainNode(node)) {
            throw new UsageException("no node %d; errand nodes list shows which there are".formatted(node));
        }
        if (json) {
            console.json(new NodesConcurrency.Wish(node, 0));
        } else {
            console.line("node %d will start nothing more; errand nodes concurrency %d N has it work again"
                    .formatted(node, node));
        }
        return Exit.OK;
    }
}
