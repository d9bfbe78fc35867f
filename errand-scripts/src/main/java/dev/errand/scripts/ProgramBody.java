package dev.errand.scripts;

import dev.errand.Json;
import dev.errand.RunContext;
import dev.errand.TaskBody;
import dev.errand.spi.ProcessTree;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program as a task: payload in, output out, whatever it says in between into the run's log.
 *
 * <p>Its streams are read on threads of their own, so that a program that talks much never waits for us, and on platform threads,
 * since a read from a pipe holds the carrier of a virtual thread. If this thread is interrupted, the program and all it started
 * are ended before the interruption goes on.
 */
final class ProgramBody implements TaskBody<@Nullable Object, @Nullable Object> {
    private static final Duration FLUSH = Duration.ofMillis(200);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Path program;
    private final Duration grace;

    ProgramBody(Path program, Duration grace) {
        this.program = program;
        this.grace = grace;
    }

    @Override
    public Json run(@Nullable Object payload, RunContext run) throws Exception {
        Process process = ProgramStart.start(program, run);
        ProcessTree tree = new ProcessTree(process.toHandle(), ProgramStart.marks(run));
        StandardOutput output = new StandardOutput(run);
        StandardError errors = new StandardError(run.log());
        Pipe out = Pipe.read(process.getInputStream(), StandardOutput.LONGEST_LINE, output::accept, tree::kill);
        Pipe err = Pipe.read(process.getErrorStream(), StandardError.LONGEST_LINE, errors::accept, tree::kill);
        Pipe in = Pipe.write(process.getOutputStream(), payload instanceof Json json ? json.text() : "null");
        try {
            int code = process.waitFor();
            settle(tree, out, err);
            in.check();
            err.check();
            out.check();
            return code == 0 ? output.result() : failed(code, output, errors);
        } catch (InterruptedException e) {
            tree.terminate(grace);
            lastWords(out, err);
            throw e;
        }
    }

    private static Json failed(int code, StandardOutput output, StandardError errors) throws ProcessFailedException {
        output.flush();
        throw ProcessFailedException.exited(code, errors.tail());
    }

    /** Reads what the program left in its pipes. A process it left behind may hold them open: that one is ended. */
    private static void settle(ProcessTree tree, Pipe out, Pipe err) throws InterruptedException {
        if (out.await(FLUSH) && err.await(FLUSH)) {
            return;
        }
        if (tree.killStrays()) {
            out.await(LAST_WORDS);
            err.await(LAST_WORDS);
        } else {
            out.awaitIdle(LAST_WORDS);
            err.awaitIdle(LAST_WORDS);
        }
    }

    private static void lastWords(Pipe out, Pipe err) {
        try {
            out.await(FLUSH);
            err.await(FLUSH);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
