package dev.errand.cli.webhooks;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Triggers a run with what was delivered. */
@Command(name = "replay", description = "Trigger a run with what was delivered; prints its id.")
public final class WebhooksReplay extends OneWebhook {
    @Parameters(
            index = "1",
            paramLabel = "DELIVERY",
            description = "Which, as errand webhooks deliveries shows it: delivery_…")
    private String delivery = "";

    public WebhooksReplay(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        RunId run = replayed(errand);
        done(run.toString(), new Answer(run));
        return Exit.OK;
    }

    private RunId replayed(Errand errand) {
        webhook(errand.webhooks());
        return errand.webhooks()
                .replay(id, delivery)
                .orElseThrow(() -> new UsageException(
                        "the log of %s has no %s; errand webhooks deliveries shows it".formatted(id, delivery)));
    }

    /** What {@code --json} prints. */
    record Answer(RunId id) {}
}
