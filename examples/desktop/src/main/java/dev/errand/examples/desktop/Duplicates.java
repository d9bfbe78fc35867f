package dev.errand.examples.desktop;

import static java.util.stream.Collectors.groupingBy;

import dev.errand.RunContext;
import dev.errand.StepOptions;
import dev.errand.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The long task: finds the files of a folder that are there more than once. */
final class Duplicates {
    /**
     * What came of it.
     *
     * @param files how many were compared: all that have the size of another
     * @param copies how many of them hold what another holds
     * @param bytes how large the copies are together
     */
    record Report(int files, int copies, long bytes) {}

    static final Task<String, Report> FIND = Task.named("find-duplicates", String.class, Report.class)
            .description("Finds the files of a folder that are there more than once")
            .declares(NotDirectoryException.class)
            .platformThread()
            .run(Duplicates::find);

    private Duplicates() {}

    private static Report find(String folder, RunContext run) throws Exception {
        Path root = Path.of(folder);
        List<Path> files = ofTheSizeOfAnother(root);
        run.log().info("Comparing {} files, each of the size of another", files.size());
        Map<String, Path> firsts = new HashMap<>();
        int done = 0;
        int copies = 0;
        long bytes = 0;
        for (Path file : files) {
            run.progress(done++, files.size());
            // A step: if the process dies, the next attempt hashes no file again.
            String hash = run.step("hash", String.class, StepOptions.none().key(key(file)), () -> hash(file));
            Path first = firsts.putIfAbsent(hash, file);
            if (first != null) {
                copies++;
                bytes += Files.size(file);
                run.log().info("{} is a copy of {}", root.relativize(file), root.relativize(first));
            }
        }
        run.progress(done, files.size());
        return new Report(files.size(), copies, bytes);
    }

    /** In the order of their paths. */
    private static List<Path> ofTheSizeOfAnother(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
        try (Stream<Path> files = Files.walk(root)) {
            Map<Long, List<Path>> bySize =
                    files.filter(Files::isRegularFile).filter(Files::isReadable).collect(groupingBy(Duplicates::size));
            return bySize.values().stream()
                    .filter(alike -> alike.size() > 1)
                    .flatMap(List::stream)
                    .sorted()
                    .toList();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same only for the same file, not written since. */
    private static String key(Path file) throws IOException {
        String version = file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
        return UUID.nameUUIDFromBytes(version.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static String hash(Path file) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        try (FileChannel channel = FileChannel.open(file)) { // which an interrupt closes, and so a cancel
            while (channel.read(buffer.clear()) >= 0) {
                digest.update(buffer.flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
