package dev.errand.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Processor time as Linux counts it, in ticks of 10 ms. */
final class Processes {
    /** What matters of {@code /proc/PID/stat}; {@code reaped} is that of children that have ended. */
    record Stat(long pid, long parent, double seconds, double reaped) {
        /** The name of the program stands in brackets and may hold anything. */
        static Stat parse(String line) {
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            return new Stat(
                    Long.parseLong(line.substring(0, line.indexOf(' '))),
                    Long.parseLong(fields[1]),
                    (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS,
                    (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS);
        }
    }

    private static final double TICKS = 100;
    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    static double seconds(long pid) {
        return stat(PROC.resolve(String.valueOf(pid))).map(Stat::seconds).orElse(0.0);
    }

    static long parent(long pid) {
        return stat(PROC.resolve(String.valueOf(pid)))
                .map(Stat::parent)
                .orElseThrow(() -> new IllegalStateException("The server's process " + pid
                        + " is not one of this machine, so its processor time is not known"));
    }

    /** Of a process and its children, living and ended. */
    static double secondsOfTree(long root) {
        try (Stream<Path> all = Files.list(PROC)) {
            return all.filter(path ->
                            Character.isDigit(path.getFileName().toString().charAt(0)))
                    .flatMap(path -> stat(path).stream())
                    .mapToDouble(stat ->
                            stat.pid == root ? stat.seconds + stat.reaped : stat.parent == root ? stat.seconds : 0)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Stat> stat(Path process) {
        try {
            return Optional.of(Stat.parse(Files.readString(process.resolve("stat"))));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // it has just ended
        } catch (IOException e) {
            if (Files.exists(process)) {
                throw new UncheckedIOException(e);
            }
            return Optional.empty();
        }
    }
}
