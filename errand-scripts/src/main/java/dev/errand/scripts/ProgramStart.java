package dev.errand.scripts;

import dev.errand.RunContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts a program for a run, in the folder from which this program was started. */
final class ProgramStart {
    static final String RUN_ID = "ERRAND_RUN_ID";
    static final String TASK = "ERRAND_TASK";
    static final String ATTEMPT = "ERRAND_ATTEMPT";
    static final String RUN_NAME = "ERRAND_RUN_NAME";

    private static final int BUSY_TRIES = 20;
    private static final int BUSY_PAUSE_MILLIS = 25;

    private ProgramStart() {}

    static Process start(Path program, RunContext run) throws ProcessFailedException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(program.toString());
        Map<String, String> environment = builder.environment();
        environment.put(RUN_ID, run.id().toString());
        environment.put(TASK, run.task());
        environment.put(ATTEMPT, Integer.toString(run.attempt()));
        environment.remove(RUN_NAME);
        run.name().ifPresent(name -> environment.put(RUN_NAME, name));
        for (int tries = 1; ; tries++) {
            try {
                return builder.start();
            } catch (IOException e) {
                if (!isBusy(e) || tries == BUSY_TRIES) {
                    throw ProcessFailedException.notStarted(reason(program, e), e);
                }
                // Somebody is just writing the file: an editor, or a process that was forked meanwhile and will let go
                // at once.
                Thread.sleep(BUSY_PAUSE_MILLIS);
            }
        }
    }

    /** What the environment of a program has, and of all that it starts, and of no other. */
    static List<String> marks(RunContext run) {
        return List.of(RUN_ID + "=" + run.id(), ATTEMPT + "=" + run.attempt());
    }

    private static boolean isBusy(IOException e) {
        return String.valueOf(e.getMessage()).contains("error=26");
    }

    private static String reason(Path program, IOException e) {
        if (!Files.exists(program)) {
            return "%s is gone".formatted(program);
        }
        if (!Files.isExecutable(program)) {
            return "%s has lost its execute bit: chmod +x %s".formatted(program, program);
        }
        try {
            FileHead head = FileHead.of(program);
            if (head.hasShebang() && !Files.isExecutable(Path.of(head.interpreter()))) {
                return "the first line of %s names %s, which is not there".formatted(program, head.interpreter());
            }
        } catch (IOException unreadable) {
            e.addSuppressed(unreadable);
        }
        return String.valueOf(e.getMessage());
    }
}
