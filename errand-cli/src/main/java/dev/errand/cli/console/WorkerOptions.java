package dev.errand.cli.console;

import dev.errand.ErrandBuilder;
import dev.errand.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Of commands that work until they are told to end: what their engine takes on. */
public final class WorkerOptions {
    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Attempts at a time (default: 10 for each processor).")
    private @Nullable Integer concurrency;

    @Option(
            names = "--node-tags",
            paramLabel = "TAG",
            split = ",",
            description = "What this node has that tasks may ask for; several with commas.")
    private List<String> nodeTags = List.of();

    @Option(
            names = "--only-queues",
            paramLabel = "NAME",
            split = ",",
            description = "The queues to work on, and nothing else; several with commas.")
    private List<String> onlyQueues = List.of();

    @Option(
            names = "--budget",
            paramLabel = "CPUS/GB",
            converter = MachineText.class,
            description = "What the machines of attempts may sum up to (default: what this computer has).")
    private @Nullable Machine budget;

    @Mixin
    private CodeVersionOption version = new CodeVersionOption();

    @Mixin
    private StrictOption strict = new StrictOption();

    /**
     * The same builder, which knows of them.
     *
     * @throws UsageException if they make no sense
     */
    public ErrandBuilder tell(ErrandBuilder builder) {
        if (concurrency != null && concurrency < 1) {
            throw new UsageException("--concurrency is %d; it must be at least 1".formatted(concurrency));
        }
        ErrandBuilder told = version.tell(builder)
                .nodeTags(nodeTags.toArray(String[]::new))
                .onlyQueues(onlyQueues.toArray(String[]::new))
                .effectValidation(strict.mode());
        told = budget == null ? told : told.budget(budget);
        return concurrency == null ? told : told.concurrency(concurrency);
    }
}
