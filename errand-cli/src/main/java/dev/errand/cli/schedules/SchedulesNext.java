package dev.errand.cli.schedules;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells when a schedule fires. */
@Command(name = "next", description = "Tell when a schedule fires next, by its own zone's clock and in UTC.")
public final class SchedulesNext extends StoreCommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "The schedule's key, or its id.")
    private String key = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "N", description = "How many times (default: 5).")
    private int count = 5;

    public SchedulesNext(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<Instant> times = errand.schedules().next(key, count);
        if (json) {
            console.json(times);
            return Exit.OK;
        }
        if (times.isEmpty()) {
            console.note("it is %s".formatted(errand.schedules().get(key).state()));
        }
        ZoneId zone = errand.schedules().get(key).schedule().zone();
        times.forEach(time -> console.line("%s  %s".formatted(time.atZone(zone).toOffsetDateTime(), time)));
        return Exit.OK;
    }
}
