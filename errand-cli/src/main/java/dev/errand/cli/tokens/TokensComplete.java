package dev.errand.cli.tokens;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.TokenAnswer;
import dev.errand.TokenId;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.JsonArgument;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.TokenIds;
import dev.errand.cli.console.UsageException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Completes a token, so that who waits for it goes on. */
@Command(name = "complete", description = "Complete a token, with a value or an error; only the first does.")
public final class TokensComplete extends StoreCommand {
    @Parameters(paramLabel = "ID", converter = TokenIds.class, description = "The token, as token_… and 26 characters.")
    private TokenId id = new TokenId(0, 0);

    @Option(
            names = "--value",
            paramLabel = "JSON",
            description =
                    "What who waits gets: JSON, @FILE to read it from a file, or - from standard input (default: null).")
    private @Nullable String value;

    @Option(names = "--error", paramLabel = "TEXT", description = "Complete it with an error, for this reason.")
    private @Nullable String error;

    public TokensComplete(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (value != null && error != null) {
            throw new UsageException("a token is completed with --value or with --error, not with both");
        }
        TokenAnswer answer = error != null
                ? errand.tokens().fail(id, error)
                : errand.tokens()
                        .complete(id, value == null ? Json.NULL : JsonArgument.read(console, "the value", value));
        boolean done = answer == TokenAnswer.OK;
        if (json) {
            console.json(new Answer(id, answer.name()));
        } else if (done) {
            console.line("completed");
        } else {
            console.error("it has ended already: "
                    + errand.tokens().get(id).state().name().toLowerCase(Locale.ROOT));
        }
        return done ? Exit.OK : Exit.FAILED;
    }

    /** What {@code --json} prints. */
    record Answer(TokenId id, String answer) {}
}
