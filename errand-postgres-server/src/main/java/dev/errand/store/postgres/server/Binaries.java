package dev.errand.store.postgres.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The programs of a PostgreSQL version, from an archive on the class path.
 *
 * @param version such as 18.6.0
 */
record Binaries(String version, URL archive) {
    private static final Pattern VERSION = Pattern.compile("-(\\d+\\.\\d+\\.\\d+)\\.jar!");

    /** The binaries of a major version, or the newest there are. */
    static Binaries of(@Nullable String major) {
        List<Binaries> all = onClassPath();
        return all.stream()
                .filter(it -> major == null || it.version.startsWith(major + "."))
                .max(Comparator.comparingInt(Binaries::major))
                .orElseThrow(() -> new IllegalStateException("no binaries of PostgreSQL " + (major == null ? "" : major)
                        + " on the class path (" + resource() + "), only of "
                        + all.stream().map(Binaries::version).toList()));
    }

    int major() {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    private static List<Binaries> onClassPath() {
        try {
            return Collections.list(Binaries.class.getClassLoader().getResources(resource())).stream()
                    .map(Binaries::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Binaries of(URL archive) {
        Matcher matcher = VERSION.matcher(archive.toString());
        if (!matcher.find()) {
            throw new IllegalStateException("cannot see a version in " + archive);
        }
        return new Binaries(matcher.group(1), archive);
    }

    private static String resource() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "");
        return "postgres-%s-%s.txz"
                .formatted(os.startsWith("mac") ? "darwin" : "linux", arch.equals("aarch64") ? "arm_64" : "x86_64");
    }

    /** The folder with bin and lib; unpacked by whoever needs it first, and kept for every later process of this user. */
    Path unpacked() {
        synchronized (Binaries.class) { // the lock on the file is the process's, which may not ask for it twice
            return unpackedByOneProcess();
        }
    }

    private Path unpackedByOneProcess() {
        Path temp = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        Path home = temp.resolve("errand-postgres-" + version + "-" + System.getProperty("user.name"));
        Path lock = home.resolveSibling(home.getFileName() + ".lock");
        try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _held = channel.lock()) {
            if (!Files.exists(home)) {
                Path partial = home.resolveSibling(home.getFileName() + ".partial");
                unpack(partial);
                Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + archive + " into " + home, e);
        }
        return home;
    }

    private void unpack(Path into) throws IOException {
        try (InputStream in = archive.openStream();
                var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, into.resolve(entry.getName()).normalize());
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path to) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(to);
            return;
        }
        Files.createDirectories(to.getParent());
        Files.deleteIfExists(to);
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(to, Path.of(entry.getLinkName()));
        } else {
            Files.copy(content, to);
            Files.setPosixFilePermissions(
                    to, PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
