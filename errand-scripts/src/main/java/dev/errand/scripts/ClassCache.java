package dev.errand.scripts;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled classes on disk, so that an unchanged source needs no compiler the next time. An entry is one file named after all that
 * decides its content; it is written beside and moved into place, and checked by a sum when read. A cache that cannot be read or
 * written costs time, never more. Entries unused for 30 days are dropped.
 */
final class ClassCache {
    private static final Logger LOG = LoggerFactory.getLogger(ClassCache.class);
    private static final Duration UNUSED = Duration.ofDays(30);
    private static final Duration TOUCH = Duration.ofDays(1);
    private static final String SUFFIX = ".classes";

    private final Path folder;

    ClassCache(Path folder) {
        this.folder = folder;
    }

    /** The cache in the user's cache folder: {@code $XDG_CACHE_HOME}, or {@code ~/.cache}. */
    static ClassCache ofUser() {
        String home = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path caches = home.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
        return new ClassCache(caches.resolve("errand").resolve("classes"));
    }

    /** What an entry is named: a sum of the source, its name, the JDK, and the libraries it is compiled against. */
    static String key(String fileName, String source, CompilerClassPath classPath) {
        MessageDigest digest = sha256();
        List<String> parts =
                List.of("1", fileName, source, Runtime.version().toString(), String.join("\n", classPath.versions()));
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java runtime has no SHA-256", e);
        }
    }

    /** The classes by name; null if there is no such entry, or none that can be used. */
    @Nullable
    Map<String, byte[]> find(String key) {
        Path file = folder.resolve(key + SUFFIX);
        try {
            Map<String, byte[]> classes = read(Files.readAllBytes(file));
            touch(file);
            return classes;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("file", file).setCause(e).log("Compiled classes cannot be reused");
            return null;
        }
    }

    void keep(String key, Map<String, byte[]> classes) {
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, key, ".part");
            try {
                Files.write(part, write(classes));
                Files.move(part, folder.resolve(key + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
            dropUnused(Instant.now());
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("folder", folder).setCause(e).log("Compiled classes cannot be kept");
        }
    }

    private void touch(Path file) throws IOException {
        Instant now = Instant.now();
        if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(TOUCH))) {
            Files.setLastModifiedTime(file, FileTime.from(now));
        }
    }

    void dropUnused(Instant now) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(UNUSED))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static byte[] write(Map<String, byte[]> classes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(classes.size());
        for (Map.Entry<String, byte[]> type : classes.entrySet()) {
            out.writeUTF(type.getKey());
            out.writeInt(type.getValue().length);
            out.write(type.getValue());
        }
        out.writeLong(sum(bytes.toByteArray(), bytes.size()));
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> read(byte[] bytes) throws IOException {
        int end = bytes.length - Long.BYTES;
        if (end < 0
                || new DataInputStream(new ByteArrayInputStream(bytes, end, Long.BYTES)).readLong()
                        != sum(bytes, end)) {
            throw new IOException("damaged");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end));
        Map<String, byte[]> classes = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            classes.put(in.readUTF(), in.readNBytes(in.readInt()));
        }
        return classes;
    }

    private static long sum(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, length);
        return sum.getValue();
    }
}
