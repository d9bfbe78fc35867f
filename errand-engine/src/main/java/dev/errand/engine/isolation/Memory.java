package dev.errand.engine.isolation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** How much memory processes hold now: from {@code /proc} where there is one, else as {@code ps} says. */
final class Memory {
    private static final Path PROC = Path.of("/proc");
    private static final boolean HAS_PROC =
            Files.isReadable(PROC.resolve("self").resolve("status"));
    private static final String RESIDENT = "VmRSS:";
    private static final long KILOBYTE = 1024;

    private Memory() {}

    /** In bytes; processes that are gone hold none. */
    static long resident(Collection<Long> processes) {
        return HAS_PROC
                ? processes.stream().mapToLong(Memory::fromProc).sum()
                : processes.isEmpty() ? 0 : fromPs(processes);
    }

    private static long fromProc(long pid) {
        try {
            String status =
                    Files.readString(PROC.resolve(Long.toString(pid)).resolve("status"), StandardCharsets.ISO_8859_1);
            int at = status.indexOf(RESIDENT);
            if (at < 0) {
                return 0; // it has ended, and nobody asked for its exit code
            }
            String rest = status.substring(at + RESIDENT.length()).strip();
            return Long.parseLong(rest.substring(0, rest.indexOf(' '))) * KILOBYTE;
        } catch (IOException e) {
            return 0;
        }
    }

    private static long fromPs(Collection<Long> processes) {
        String pids = processes.stream().map(String::valueOf).collect(Collectors.joining(","));
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", pids).start();
            String output = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return output.lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty())
                            .mapToLong(Long::parseLong)
                            .sum()
                    * KILOBYTE;
        } catch (IOException | NumberFormatException e) {
            return 0; // no ps here: the heap is limited all the same
        }
    }
}
