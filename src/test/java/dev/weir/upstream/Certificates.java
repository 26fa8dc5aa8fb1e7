package dev.weir.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A test authority and its certificates, made by the JDK's keytool for each test. The key store is in the folder; PEM files
 * are written there on request.
 */
public final class Certificates {
    public static final String AUTHORITY = "authority";

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;
    private final Path file;

    /** Makes the authority. */
    public Certificates(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.file = folder.resolve("certificates.p12");
        generate(AUTHORITY, "EC", "-ext", "bc:c");
    }

    /** Issues a certificate for host names or addresses, such as {@code dns:localhost,ip:127.0.0.1}. */
    public Certificates issue(String alias, String keyAlgorithm, String names)
            throws IOException, InterruptedException {
        generate(alias, keyAlgorithm, "-signer", AUTHORITY, "-ext", "SAN=" + names);
        return this;
    }

    private void generate(String alias, String keyAlgorithm, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-keyalg",
                keyAlgorithm,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                String.valueOf(PASSWORD)));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException("keytool made no certificate: " + Files.readString(folder.resolve("keytool.log")));
        }
    }

    private KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    /** The certificate of an alias, then those of its issuers. */
    public List<X509Certificate> chain(String alias) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : store().getCertificateChain(alias)) {
            chain.add((X509Certificate) certificate);
        }
        return chain;
    }

    public Key key(String alias) throws IOException, GeneralSecurityException {
        return store().getKey(alias, PASSWORD);
    }

    /** The authority's certificate as PEM. */
    public Path authorityFile() throws IOException, GeneralSecurityException {
        return chainFile(AUTHORITY);
    }

    /** An alias' certificate and those of its issuers as PEM. */
    public Path chainFile(String alias) throws IOException, GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : chain(alias)) {
            text.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return Files.writeString(folder.resolve(alias + ".pem"), text);
    }

    /** An alias' key as PEM, in PKCS#8. */
    public Path keyFile(String alias) throws IOException, GeneralSecurityException {
        return Files.writeString(
                folder.resolve(alias + ".key"), pem("PRIVATE KEY", key(alias).getEncoded()));
    }

    public static String pem(String label, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    /** The context of a server with the certificate of an alias, which accepts clients of the authority. */
    public SSLContext server(String alias) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(alias, key(alias), PASSWORD, chain(alias).toArray(X509Certificate[]::new));
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(AUTHORITY, chain(AUTHORITY).get(0));
        TrustManagerFactory clients = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        clients.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), clients.getTrustManagers(), null);
        return context;
    }
}
