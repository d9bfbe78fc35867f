package dev.errand.cli.targets;

import dev.errand.Durations;
import dev.errand.Errand;
import dev.errand.NewWebhookTarget;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.Exit;
import dev.errand.cli.serve.HttpOptions;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives a webhook target another secret, seen this once. */
@Command(
        name = "rotate",
        description =
                "Give a webhook target another secret; prints it, this once. The one before signs too for a while. The servers' ERRAND_SECRET is needed.")
public final class TargetsRotate extends OneTarget {
    @Option(
            names = "--overlap",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How long the one before signs too (default: 24h).")
    private Duration overlap = Duration.ofHours(24);

    public TargetsRotate(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        NewWebhookTarget made = errand.webhookTargets()
                .rotate(id, overlap, HttpOptions.targetSecrets()::seal)
                .orElseThrow(this::unknown);
        if (json) {
            console.json(made);
        } else {
            console.line(made.secret());
            console.note("keep it now, nobody can show it again; the one before signs too for %s"
                    .formatted(Durations.print(overlap)));
        }
        return Exit.OK;
    }
}
