package dev.errand.cli.doctor;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Looks at all that Errand rests on and says what is wrong and what to do. */
@Command(name = "doctor", description = "Look at JDK, store, disk, clock and nodes; say what is wrong and what to do.")
public final class DoctorCommand extends StoreCommand {
    public DoctorCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(Platform.examine());
        findings.addAll(StoreExam.examine(address()));
        if (json) {
            console.json(findings);
        } else {
            findings.forEach(finding -> console.line(finding.line()));
        }
        return findings.stream().anyMatch(finding -> finding.verdict() == Finding.Verdict.ERROR)
                ? Exit.FAILED
                : Exit.OK;
    }

    @Override
    protected int run(Errand errand) {
        throw new IllegalStateException("the doctor opens no engine");
    }
}
