package dev.errand.cli.keys;

import dev.errand.ApiKey;
import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Lists the keys, those that were revoked included. */
@Command(name = "list", description = "List the keys, with when each was last used; never their secrets.")
public final class KeysList extends StoreCommand {
    private final Times times = new Times();

    public KeysList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<ApiKey> keys = errand.apiKeys().list();
        if (json) {
            console.json(keys);
        } else {
            table(keys).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private Table table(List<ApiKey> keys) {
        Table table = new Table("id", "name", "role", "begins", "created", "last used", "revoked");
        for (ApiKey key : keys) {
            table.row(
                    key.id(),
                    key.name(),
                    key.role().name().toLowerCase(Locale.ROOT),
                    key.start() + "…",
                    times.full(key.createdAt()),
                    time(key.lastUsedAt(), "never"),
                    time(key.revokedAt(), ""));
        }
        return table;
    }

    private String time(@Nullable Instant time, String absent) {
        return time == null ? absent : times.full(time);
    }
}
