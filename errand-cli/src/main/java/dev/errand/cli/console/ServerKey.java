package dev.errand.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** By which key a server is asked. */
public final class ServerKey {
    static final String VARIABLE = "ERRAND_KEY";

    private ServerKey() {}

    /**
     * The one in the file, else that of the environment, else the one that is kept for this server; null for none.
     *
     * @throws UsageException if what was named is no key
     */
    static @Nullable String of(ServerAddress server, @Nullable Path file, Map<String, String> environment) {
        if (file != null) {
            return in(file);
        }
        String given = environment.getOrDefault(VARIABLE, "");
        return given.isBlank() ? ServerKeys.ofUser(environment).of(server).orElse(null) : checked(VARIABLE, given);
    }

    /**
     * Reads a file with a key in it, and nothing else.
     *
     * @throws UsageException if there is no such file, or none in it
     */
    static String in(Path file) {
        try {
            return checked(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new UsageException("no file %s to read the key from".formatted(file));
        } catch (IOException e) {
            throw new UsageException("cannot read the key from %s: %s".formatted(file, e.getMessage()));
        }
    }

    /**
     * What may be a key, without blanks around it.
     *
     * @param where names it in the message, which does not show it
     * @throws UsageException if it cannot be one
     */
    public static String checked(String where, String text) {
        String key = text.strip();
        if (!key.matches("[!-~]+")) {
            throw new UsageException("there is no key in %s; one looks like tr_dev_…".formatted(where));
        }
        return key;
    }
}
