package dev.errand.cli.login;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.ConsoleCommand;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.ServerAddress;
import dev.errand.cli.console.ServerKeys;
import dev.errand.client.ErrandClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Keeps the key for a server, once the server has taken it. */
@Command(
        name = "login",
        description =
                "Keep the key for a server, which is asked for without showing it, or read from standard input. Commands with --server use it.")
public final class LoginCommand extends ConsoleCommand {
    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description = "The server: https://errand.example.org (default: $ERRAND_SERVER).")
    private @Nullable String url;

    public LoginCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        configure();
        ServerAddress server = ServerAddress.orOfEnvironment(url);
        if (server.isOpen()) {
            console.note("the key for %s is not encrypted on its way there; https would do that".formatted(server));
        }
        String key = new KeyPrompt(console).ask(server);
        try (Errand errand = ErrandClient.connect(server.url(), key)) {
            errand.now(); // or it says why not
        }
        tell(server, ServerKeys.ofUser(System.getenv()).keep(server, key));
        return Exit.OK;
    }

    private void tell(ServerAddress server, Path file) {
        if (json) {
            console.json(new Kept(server.toString(), file.toString()));
        } else {
            console.line("%s takes this key; --server %s uses it from now on".formatted(server, server));
            console.note("kept in " + file);
        }
    }

    /** What {@code --json} prints. */
    record Kept(String server, String file) {}
}
