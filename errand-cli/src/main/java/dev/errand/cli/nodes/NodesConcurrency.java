package dev.errand.cli.nodes;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Changes how many attempts a node makes at a time. */
@Command(name = "concurrency", description = "Change how many attempts a node makes at a time, while it runs.")
public final class NodesConcurrency extends StoreCommand {
    @Parameters(index = "0", paramLabel = "NODE", description = "The node's number, see errand nodes list.")
    private long node;

    @Parameters(index = "1", paramLabel = "N", description = "Attempts at a time, at least 1.")
    private int concurrency;

    public NodesConcurrency(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (concurrency < 1) {
            throw new UsageException("concurrency is %d; it must be at least 1".formatted(concurrency));
        }
        if (!errand.nodeConcurrency(node, concurrency)) {
            throw new UsageException("no node %d; errand nodes list shows which there are".formatted(node));
        }
        if (json) {
            console.json(new Wish(node, concurrency));
        } else {
            console.line("node %d will make %d attempts at a time".formatted(node, concurrency));
        }
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Wish(long number, int concurrency) {}
}
