package dev.errand.cli.serve;

import dev.errand.cli.console.UsageException;
import dev.errand.server.ServerSettings;
import dev.errand.server.auth.SigningKeys;
import dev.errand.server.call.Sealing;
import dev.errand.server.call.Secret;
import dev.errand.server.telling.TargetDelivery;
import dev.errand.server.webhook.WebhookSecrets;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of commands that listen for others: where, and who may. The secret comes from the environment, where no list of processes shows it. */
public final class HttpOptions {
    private static final String SECRET = "ERRAND_SECRET";

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Where to listen: 0.0.0.0 for all addresses (default: 127.0.0.1, for this machine).")
    private String host = ServerSettings.standard().host();

    @Option(names = "--port", paramLabel = "N", description = "On which port; 0 for any that is free (default: 7070).")
    private int port = ServerSettings.standard().port();

    @Option(
            names = "--base",
            paramLabel = "URL",
            description = "How others reach it, if a proxy stands before it: https://errand.example.org")
    private @Nullable URI base;

    @Option(names = "--without-keys", description = "Let in whoever sits at this machine, without a key.")
    private boolean keyless;

    @Option(
            names = "--webhooks-to-private",
            description = "Tell webhook targets of events also at addresses of this machine and of private networks.")
    private boolean toPrivate;

    /** Whether a key is to be shown. */
    public boolean asksForKeys() {
        return !keyless;
    }

    /** @throws IllegalArgumentException if they make no sense */
    public ServerSettings settings() {
        ServerSettings settings = ServerSettings.standard().host(host).port(port);
        settings = keyless ? settings.withoutKeys() : settings;
        settings = base == null ? settings : settings.base(base);
        settings = toPrivate ? settings.targets(settings.targets().alsoToPrivate()) : settings;
        return secret(settings);
    }

    /** What signs addresses, if the environment has it. */
    public static ServerSettings secret(ServerSettings settings) {
        @Nullable String secret = System.getenv(SECRET);
        return secret == null || secret.isEmpty() ? settings : settings.secret(secret);
    }

    /**
     * Seals secrets of keys for servers that have the same environment.
     *
     * @throws UsageException if it has none
     */
    public static SigningKeys sealing() {
        return new SigningKeys(shared("such a key is"));
    }

    /**
     * Seals secrets of webhooks for servers that have the same environment.
     *
     * @throws UsageException if it has none
     */
    public static WebhookSecrets webhookSecrets() {
        return new WebhookSecrets(shared("secrets of webhooks are"));
    }

    private static Secret shared(String what) {
        @Nullable String secret = System.getenv(SECRET);
        if (secret == null || secret.isEmpty()) {
            throw new UsageException(
                    "%s stored sealed by the servers' secret: set %s as they have it".formatted(what, SECRET));
        }
        return Secret.of(secret);
    }

    /**
     * Seals the secrets of webhook targets for servers that have the same environment.
     *
     * @throws UsageException if it has none
     */
    public static Sealing targetSecrets() {
        return TargetDelivery.sealing(shared("a target's secret is"));
    }
}
