package dev.errand.cli.tokens;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Token;
import dev.errand.TokenOptions;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates a token, for runs to wait for. */
@Command(name = "create", description = "Create a token; prints its id, which whoever knows it can complete.")
public final class TokensCreate extends StoreCommand {
    @Option(names = "--name", paramLabel = "NAME", description = "For those who look at it (default: token).")
    private @Nullable String name;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How long it can be completed (default: 10m).")
    private @Nullable Duration timeout;

    @Option(names = "--tag", paramLabel = "TAG", description = "For finding it again; up to 10.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "Create once for this key: again, it answers with the first token.")
    private @Nullable String key;

    public TokensCreate(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        TokenOptions options = TokenOptions.none().tags(tags.toArray(String[]::new));
        options = name == null ? options : options.name(name);
        options = timeout == null ? options : options.timeout(timeout);
        options = key == null ? options : options.idempotencyKey(key);
        Token<Json> token = errand.tokens().create(Json.class, options);
        if (json) {
            console.json(errand.tokens().get(token.id()));
        } else {
            console.line(token.id().toString());
        }
        return Exit.OK;
    }
}
