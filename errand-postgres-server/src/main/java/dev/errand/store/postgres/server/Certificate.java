package dev.errand.store.postgres.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate that signs itself, with its key, as PEM files.
 *
 * @param certificate what clients trust, {@code sslrootcert}
 */
record Certificate(Path certificate, Path key) {
    private static final String ALIAS = "server";
    private static final String PASSWORD = "changeit";

    /** Makes one for a host's name, with the JDK's keytool. */
    static Certificate of(String host, Path folder) throws IOException {
        Path store = folder.resolve("server.p12");
        Shell.run(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "2",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
        Certificate files = new Certificate(folder.resolve("server.crt"), folder.resolve("server.key"));
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            write(files.certificate, "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
            write(
                    files.key,
                    "PRIVATE KEY",
                    keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        Files.setPosixFilePermissions(files.key, PosixFilePermissions.fromString("rw-------"));
        Shell.give(files.key);
        return files;
    }

    private static void write(Path file, String what, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        Files.writeString(
                file,
                "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, text, what),
                StandardCharsets.US_ASCII);
    }
}
