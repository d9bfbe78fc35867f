package dev.errand.cli.doctor;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.ConsoleCommand;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Source;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks at all that Errand rests on and says what is wrong and what to do. */
@Command(
        name = "doctor",
        description = "Look at JDK, store or server, disk, clock and nodes; say what is wrong and what to do.")
public final class DoctorCommand extends ConsoleCommand {
    @Mixin
    private Source source = new Source();

    public DoctorCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(Platform.examine());
        findings.addAll(source.server() == null ? StoreExam.examine(source.store()) : ServerExam.examine(source));
        if (json) {
            console.json(findings);
        } else {
            findings.forEach(finding -> console.line(finding.line()));
        }
        return findings.stream().anyMatch(finding -> finding.verdict() == Finding.Verdict.ERROR)
                ? Exit.FAILED
                : Exit.OK;
    }
}
