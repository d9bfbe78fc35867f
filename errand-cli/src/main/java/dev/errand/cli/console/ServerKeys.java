package dev.errand.cli.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys that {@code errand login} keeps: for each server a file, which nobody but the user reads.
 *
 * @param folder where; made when the first is kept
 */
public record ServerKeys(Path folder) {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** Those of the user. */
    public static ServerKeys ofUser(Map<String, String> environment) {
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path home = config.isBlank() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(config);
        return new ServerKeys(home.resolve("errand").resolve("keys"));
    }

    /** The key for a server; empty if none is kept. */
    public Optional<String> of(ServerAddress server) {
        Path file = file(server);
        return Files.exists(file) ? Optional.of(ServerKey.in(file)) : Optional.empty();
    }

    /** The servers that a key is kept for. */
    public List<ServerAddress> servers() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith("http")) // or it is one that is being written
                    .map(name -> ServerAddress.of(URLDecoder.decode(name, StandardCharsets.UTF_8)))
                    .sorted(Comparator.comparing(ServerAddress::toString))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the folder %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** Keeps a key, in the place of the one there is for this server; answers with the file. At no time does anybody else read it, or half of it. */
    public Path keep(ServerAddress server, String key) {
        try {
            Files.createDirectories(folder, onlyOwner("rwx------"));
            Path written = Files.createTempFile(folder, ".key", "", onlyOwner("rw-------"));
            Files.writeString(written, key + "\n");
            return Files.move(
                    written, file(server), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the key in %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** Deletes the key for a server; answers whether there was one. */
    public boolean forget(ServerAddress server) {
        try {
            return Files.deleteIfExists(file(server));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete %s: %s".formatted(file(server), e.getMessage()), e);
        }
    }

    private Path file(ServerAddress server) {
        return folder.resolve(URLEncoder.encode(server.toString(), StandardCharsets.UTF_8));
    }

    private static FileAttribute<?>[] onlyOwner(String rights) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }
}
