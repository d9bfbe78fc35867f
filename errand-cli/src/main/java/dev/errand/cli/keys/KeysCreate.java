package dev.errand.cli.keys;

import dev.errand.ApiKeys;
import dev.errand.Errand;
import dev.errand.NewApiKey;
import dev.errand.Role;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.serve.HttpOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates a key. Its secret is the result, seen this once. */
@Command(name = "create", description = "Create a key; prints its secret, which is shown this once.")
public final class KeysCreate extends StoreCommand {
    @Parameters(paramLabel = "NAME", description = "Whose it is, for people.")
    private String name = "";

    @Option(
            names = "--role",
            required = true,
            paramLabel = "ROLE",
            description = "What it may do: viewer, operator or admin; each may what those before it may.")
    private Role role = Role.VIEWER;

    @Option(
            names = "--signing",
            paramLabel = "WHO",
            description =
                    "Who signs the tokens that its owner gives away: ${COMPLETION-CANDIDATES} (default: nobody). For owner the servers' ERRAND_SECRET is needed.")
    private @Nullable Signing signing;

    enum Signing {
        OWNER,
        SERVER
    }

    public KeysCreate(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        NewApiKey made = create(errand.apiKeys());
        if (json) {
            console.json(made);
        } else {
            console.line(made.secret());
            console.note("%s, for %s; keep it now, nobody can show it again"
                    .formatted(made.key().id(), made.key().name()));
        }
        return Exit.OK;
    }

    private NewApiKey create(ApiKeys keys) {
        return switch (signing) {
            case null -> keys.create(name, role);
            case SERVER -> keys.createServerSigning(name, role);
            case OWNER ->
                keys.createOwnerSigning(
                        name, role, secret -> HttpOptions.sealing().seal(secret));
        };
    }
}
