package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.Token;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** A process whose one task waits for a token, then tries a step until its third call, and which dies on the way, if it is to. */
final class TokenProcess extends WorkingProcess {
    /** Where it dies. */
    enum Dies {
        NEVER,
        AWAKE,
        IN_THE_SECOND_TRY
    }

    static final String TASK = "approving";

    private static final String CHARGE = "charge";
    private static final StepOptions PATIENT = StepOptions.none().retry(Retry.fixed(Duration.ofMillis(50)));

    /** Returns when it works. */
    TokenProcess(String url, Path calls, Dies dies) throws IOException {
        super(TokenProcess.class, url, calls.toString(), dies.name());
    }

    /** @param calls the file to which each body and each try adds a line */
    static Task<String, String> task(Path calls, Dies dies) {
        return Task.named(TASK, String.class, String.class).run((payload, run) -> {
            add(calls, "body");
            Token<String> approval = run.token("approval", String.class, Duration.ofHours(1));
            String by = run.await(approval).unwrap();
            if (dies == Dies.AWAKE) {
                Runtime.getRuntime().halt(9);
            }
            return run.step(CHARGE, String.class, PATIENT, () -> {
                add(calls, CHARGE);
                long tries = calls(calls).stream().filter(CHARGE::equals).count();
                if (tries == 2 && dies == Dies.IN_THE_SECOND_TRY) {
                    Runtime.getRuntime().halt(9);
                }
                if (tries < 3) {
                    throw new IOException("line is busy");
                }
                return "approved by " + by;
            });
        });
    }

    private static void add(Path calls, String line) throws IOException {
        Files.writeString(calls, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    static List<String> calls(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    /** Arguments: the store's URL, the file of calls, where it dies. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(task(Path.of(arguments[1]), Dies.valueOf(arguments[2])))
                .concurrency(1)
                .open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}
