package dev.errand.cli.locks;

import dev.errand.Errand;
import dev.errand.LockInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the locks that somebody holds. */
@Command(name = "list", description = "List the locks that are held, by whom, and how many nodes wait for each.")
public final class LocksList extends StoreCommand {
    public LocksList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<LockInfo> locks = errand.locks();
        if (json) {
            console.json(locks);
        } else {
            table(locks).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private static Table table(List<LockInfo> locks) {
        Times times = new Times();
        Table table = new Table("lock", "held by", "asked", "waiting");
        for (LockInfo lock : locks) {
            table.row(lock.name(), lock.holder(), times.full(lock.askedAt()), lock.waiting());
        }
        return table;
    }
}
