package dev.errand.cli.login;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.ConsoleCommand;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.ServerAddress;
import dev.errand.cli.console.ServerKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Forgets the key for a server. It opens the server as before to whoever else has it. */
@Command(name = "logout", description = "Forget the key for a server; errand keys revoke has it open nothing any more.")
public final class LogoutCommand extends ConsoleCommand {
    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description = "The server: https://errand.example.org (default: $ERRAND_SERVER).")
    private @Nullable String url;

    public LogoutCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        configure();
        ServerAddress server = ServerAddress.orOfEnvironment(url);
        ServerKeys keys = ServerKeys.ofUser(System.getenv());
        boolean forgotten = keys.forget(server);
        if (json) {
            console.json(new Forgotten(server.toString(), forgotten));
        } else if (forgotten) {
            console.line("forgotten");
        } else {
            console.error("no key is kept for %s; %s".formatted(server, others(keys)));
        }
        return forgotten ? Exit.OK : Exit.FAILED;
    }

    private static String others(ServerKeys keys) {
        List<String> others =
                keys.servers().stream().map(ServerAddress::toString).toList();
        return others.isEmpty() ? "nor for any other server" : "there is one for " + String.join(", ", others);
    }

    /** What {@code --json} prints. */
    record Forgotten(String server, boolean forgotten) {}
}
