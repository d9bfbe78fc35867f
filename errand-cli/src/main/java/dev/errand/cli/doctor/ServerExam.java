package dev.errand.cli.doctor;

import dev.errand.Errand;
import dev.errand.ErrandException;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.cli.console.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A server as it looks from here: whether it answers to this key, its clock against that of this machine, and the nodes behind it. */
final class ServerExam {
    private static final Duration SKEW = Duration.ofSeconds(5);

    private ServerExam() {}

    static List<Finding> examine(Source source) {
        List<Finding> findings = new ArrayList<>();
        try (Errand errand = source.open()) {
            Instant there = errand.now();
            findings.add(Finding.ok("server", source.server() + " answers"));
            findings.add(clock(there, Instant.now()));
            findings.add(Workers.examine(errand.nodes(), () -> isWaiting(errand)));
        } catch (ErrandException e) {
            findings.add(Finding.error("server", String.valueOf(e.getMessage()), ""));
        }
        return findings;
    }

    private static boolean isWaiting(Errand errand) {
        return !errand.runs(RunQuery.all().states(RunState.QUEUED).limit(1))
                .items()
                .isEmpty();
    }

    private static Finding clock(Instant there, Instant here) {
        Duration apart = Duration.between(there, here).abs();
        return apart.compareTo(SKEW) <= 0
                ? Finding.ok("clock", there.toString())
                : Finding.warn(
                        "clock",
                        "it is %s here and %s there".formatted(here, there),
                        "set the one that is wrong; what is due goes by the one there");
    }
}
