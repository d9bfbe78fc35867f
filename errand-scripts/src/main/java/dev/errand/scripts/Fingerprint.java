package dev.errand.scripts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a file's content. The stamp (size, time, identity, execute bit) is cheap and tells most unchanged files; the sum
 * tells a save that changed nothing. A stamp is not believed while the file is younger than the coarsest clock of a file system.
 *
 * @param settled whether an equal stamp will mean an equal content
 */
record Fingerprint(String stamp, String sum, boolean settled) {
    private static final Duration COARSEST_CLOCK = Duration.ofSeconds(2);
    private static final long SUMMED = 16 * 1024 * 1024;

    /**
     * Looks at a file, and into it unless the stamp is as before.
     *
     * @param before the last fingerprint; null if there is none
     */
    static Fingerprint of(Path file, @Nullable Fingerprint before) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        boolean executable = Files.isExecutable(file);
        String stamp =
                attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey() + " " + executable;
        if (before != null && before.settled && before.stamp.equals(stamp)) {
            return before;
        }
        boolean settled =
                attributes.lastModifiedTime().toInstant().isBefore(Instant.now().minus(COARSEST_CLOCK));
        return new Fingerprint(stamp, executable + sum(file), settled);
    }

    /** Whether both stand for the same content. */
    boolean sameContent(@Nullable Fingerprint other) {
        return other != null && sum.equals(other.sum);
    }

    /** Over the first 16 MB: what is longer is no source, and a program's task does not depend on more. */
    private static String sum(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[16 * 1024];
            long left = SUMMED;
            for (int read; left > 0 && (read = in.read(buffer)) > 0; left -= read) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java runtime has no SHA-256", e);
        }
    }
}
