package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority and what it has signed, made by the JDK's keytool in a directory of the test's. */
final class Certificates {
    static final String STORE_PASSWORD = "not-a-secret";

    /** PEM files. */
    record Pair(Path certificate, Path key) {}

    private final Path directory;
    private final String name;
    private final Path store;

    Certificates(Path directory, String name) {
        this.directory = directory;
        this.name = name;
        this.store = directory.resolve(name + ".p12");
        keytool("-alias", name, "-dname", "CN=" + name, "-ext", "bc:c");
    }

    /** A PEM file with the authority's own certificate. */
    Path authority() {
        return pem(name, name + ".pem", "CERTIFICATE");
    }

    Path store() {
        return store;
    }

    /** @param names such as {@code dns:localhost} */
    Pair signed(String alias, String names) {
        return signed(alias, names, "-validity", "2");
    }

    Pair expired(String alias, String names) {
        return signed(alias, names, "-startdate", "-10d", "-validity", "5");
    }

    private Pair signed(String alias, String names, String... validity) {
        List<String> options = new ArrayList<>(List.of("-alias", alias, "-dname", "CN=" + alias, "-signer", name));
        options.addAll(List.of("-ext", "SAN=" + names));
        options.addAll(List.of(validity));
        keytool(options.toArray(String[]::new));
        return new Pair(pem(alias, alias + ".pem", "CERTIFICATE"), pem(alias, alias + ".key", "PRIVATE KEY"));
    }

    private void keytool(String... options) {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(keytool.toString(), "-genkeypair", "-keyalg", "EC"));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
        command.addAll(List.of("-storepass", STORE_PASSWORD));
        command.addAll(List.of(options));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("keytool.log").toFile())
                    .start();
            assertThat(process.waitFor(Recorder.GENEROUS.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(directory.resolve("keytool.log")))
                    .isZero();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private Path pem(String alias, String file, String type) {
        try {
            KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
            byte[] content = type.equals("CERTIFICATE")
                    ? keys.getCertificate(alias).getEncoded()
                    : keys.getKey(alias, STORE_PASSWORD.toCharArray()).getEncoded();
            String text = Base64.getMimeEncoder().encodeToString(content);
            return Files.writeString(
                    directory.resolve(file),
                    "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
        } catch (IOException | GeneralSecurityException failed) {
            throw new AssertionError(failed);
        }
    }
}
