package dev.errand.cli.webhooks;

import dev.errand.Durations;
import dev.errand.Errand;
import dev.errand.NewWebhook;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.Exit;
import dev.errand.cli.serve.HttpOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives a webhook another secret, seen this once. */
@Command(
        name = "rotate",
        description =
                "Give a webhook another secret; prints it, this once. The one before holds a while longer. The servers' ERRAND_SECRET is needed.")
public final class WebhooksRotate extends OneWebhook {
    @Option(
            names = "--overlap",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How long those before hold (default: 24h).")
    private Duration overlap = Duration.ofHours(24);

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "The secret that the sender has given, in a file; - for standard input (default: a new one).")
    private @Nullable String secret;

    public WebhooksRotate(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        NewWebhook made = rotated(errand);
        if (json) {
            console.json(made);
        } else {
            console.line(made.secret());
            console.note("keep it now, nobody can show it again; the one before holds for %s"
                    .formatted(Durations.print(overlap)));
        }
        return Exit.OK;
    }

    private NewWebhook rotated(Errand errand) {
        String given = secret == null ? null : SecretFile.read(console, secret);
        return errand.webhooks()
                .rotate(id, given, overlap, text -> HttpOptions.webhookSecrets().seal(text))
                .orElseThrow(this::unknown);
    }
}
