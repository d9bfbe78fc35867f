package dev.errand.store.postgres.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the server's programs, as somebody else if we are root, because the server refuses root. */
final class Shell {
    private static final String ROOT = "root";
    private static final String NOBODY = "nobody";
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=nogroup", "--clear-groups", "--");

    private Shell() {}

    static boolean root() {
        return System.getProperty("user.name", "").equals(ROOT);
    }

    /** Hands a folder to whoever the programs run as. */
    static void give(Path folder) throws IOException {
        if (root()) {
            Files.setOwner(
                    folder,
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY));
        }
    }

    /** Runs to the end and wants success; what it printed is in the exception otherwise. */
    static void run(List<String> command) {
        try {
            Path output = Files.createTempFile("errand-postgres", ".out");
            Process process = new ProcessBuilder(asServer(command))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(90, TimeUnit.SECONDS);
            String said = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            if (!ended || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }

    /** Runs a program and deletes a folder once this JVM has ended, however it ends: even killed, it lets go of the pipe. */
    static void afterUs(Path folder, List<String> program) throws IOException {
        String script = "trap '' INT TERM HUP; read -r _; folder=$1; shift; \"$@\"; rm -rf \"$folder\"";
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh", folder.toString()));
        command.addAll(asServer(program));
        new ProcessBuilder(command)
                .redirectInput(Redirect.PIPE)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }

    /** The command for whoever the programs run as. */
    static List<String> asServer(List<String> command) {
        List<String> whole = new ArrayList<>(root() ? AS_NOBODY : List.of());
        whole.addAll(command);
        return whole;
    }
}
