package dev.errand.cli.webhooks;

import dev.errand.Errand;
import dev.errand.NewWebhook;
import dev.errand.WebhookOptions;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.serve.HttpOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates a webhook. Its secret is the result, seen this once. */
@Command(
        name = "create",
        description =
                "Create a webhook; prints its secret, which is shown this once, and where to deliver. The servers' ERRAND_SECRET is needed.")
public final class WebhooksCreate extends StoreCommand {
    @Parameters(paramLabel = "TASK", description = "The task whose runs it triggers.")
    private String task = "";

    @Option(names = "--name", paramLabel = "NAME", description = "For people (default: that of the task).")
    private @Nullable String name;

    @Option(
            names = "--tolerance",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How far a delivery's time may be from ours (default: 5m).")
    private @Nullable Duration tolerance;

    @Option(
            names = "--only",
            paramLabel = "MEMBER=VALUE[,VALUE]",
            description =
                    "Only deliveries of which this member, dots before members of members, has one of these values; one that ends with * stands for all that begin so. Again for more members.")
    private Map<String, String> only = new LinkedHashMap<>();

    @Option(
            names = "--handshake",
            paramLabel = "MEMBER",
            description = "The member by which the sender asks whether somebody is there, such as challenge.")
    private @Nullable String handshake;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "The secret that the sender has given, in a file; - for standard input (default: a new one).")
    private @Nullable String secret;

    public WebhooksCreate(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        WebhookOptions options = options();
        NewWebhook made = errand.webhooks()
                .create(task, options, text -> HttpOptions.webhookSecrets().seal(text));
        if (json) {
            console.json(made);
        } else {
            console.line(made.secret());
            console.note(
                    "%s, for the task %s; keep the secret now, nobody can show it again. Deliveries go to /webhooks/%s of a server"
                            .formatted(
                                    made.webhook().id(),
                                    made.webhook().task(),
                                    made.webhook().id()));
        }
        return Exit.OK;
    }

    private WebhookOptions options() {
        WebhookOptions options = WebhookOptions.none();
        options = name == null ? options : options.name(name);
        options = tolerance == null ? options : options.tolerance(tolerance);
        options = handshake == null ? options : options.handshake(handshake);
        options = secret == null ? options : options.secret(SecretFile.read(console, secret));
        for (Map.Entry<String, String> each : only.entrySet()) {
            options = options.only(each.getKey(), each.getValue().split(",", -1));
        }
        return options;
    }
}
