package dev.errand.cli.targets;

import dev.errand.Errand;
import dev.errand.NewWebhookTarget;
import dev.errand.WebhookFilter;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.serve.HttpOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates a webhook target. Its secret is the result, seen this once. */
@Command(
        name = "create",
        description =
                "Have events posted to an address; prints the secret that signs them, which is shown this once. The servers' ERRAND_SECRET is needed.")
public final class TargetsCreate extends StoreCommand {
    @Parameters(paramLabel = "URL", description = "Where to: https://example.org/hook")
    private URI url = URI.create("");

    @Option(
            names = "--type",
            required = true,
            paramLabel = "TYPE",
            description = "Events of this type: run.failed, run.*, order.paid; again for more.")
    private List<String> types = new ArrayList<>();

    @Option(names = "--task", paramLabel = "TASK", description = "Only of runs of this task; again for more.")
    private List<String> tasks = new ArrayList<>();

    @Option(names = "--tag", paramLabel = "TAG", description = "Only of runs with this tag; again for more.")
    private List<String> tags = new ArrayList<>();

    public TargetsCreate(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        WebhookFilter filter = new WebhookFilter(types, tasks, tags);
        NewWebhookTarget made = errand.webhookTargets().create(url, filter, HttpOptions.targetSecrets()::seal);
        if (json) {
            console.json(made);
        } else {
            console.line(made.secret());
            console.note("%s; keep the secret now, nobody can show it again"
                    .formatted(made.target().id()));
        }
        return Exit.OK;
    }
}
