package dev.weir.upstream.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificates and the key of secure connections. Immutable. Clients with equal material can be shared. Only
 * {@link #certificates} and {@link #privateKey} read files.
 *
 * @param authorities the trusted certificates, in place of the JVM's trust store (as curl's {@code --cacert} replaces the
 *     default bundle); empty for the JVM's trust store
 * @param client the certificate for servers that request one; empty for none
 * @param verifies whether certificates and host names are checked; false accepts every server
 */
public record TlsMaterial(Set<X509Certificate> authorities, Optional<ClientCertificate> client, boolean verifies) {
    /** The settings of the JVM: its trust store, and its key store if it has one. */
    public static final TlsMaterial OF_THE_JVM = new TlsMaterial(Set.of(), Optional.empty(), true);

    private static final char[] NO_PASSWORD = {};

    public TlsMaterial {
        authorities = Set.copyOf(authorities);
    }

    /**
     * A client's certificate and its key.
     *
     * @param chain the certificate, then the certificates of its issuers, each signed by the next
     */
    public record ClientCertificate(List<X509Certificate> chain, PrivateKey key) {
        public ClientCertificate {
            chain = List.copyOf(chain);
        }

        /**
         * The certificate that belongs to a key, with the available certificates of its issuers, in any order. Empty if no
         * certificate belongs to the key.
         */
        public static Optional<ClientCertificate> of(Collection<X509Certificate> certificates, PrivateKey key) {
            return certificates.stream()
                    .filter(certificate -> PrivateKeys.belongs(key, certificate.getPublicKey()))
                    .findFirst()
                    .map(certificate -> new ClientCertificate(chain(certificate, certificates), key));
        }

        private static List<X509Certificate> chain(X509Certificate first, Collection<X509Certificate> others) {
            Set<X509Certificate> chain = new LinkedHashSet<>(List.of(first));
            X509Certificate last = first;
            for (boolean grows = true; grows; ) {
                grows = false;
                for (X509Certificate other : others) {
                    if (other.getSubjectX500Principal().equals(last.getIssuerX500Principal()) && chain.add(other)) {
                        last = other;
                        grows = true;
                        break;
                    }
                }
            }
            return List.copyOf(chain);
        }

        /** Shows only the subject: the key is a secret. */
        @Override
        public String toString() {
            return chain.get(0).getSubjectX500Principal().getName();
        }
    }

    /**
     * Reads the certificates of a PEM file, at least one, in the order of the file.
     *
     * @throws TlsFileException if the file cannot be used
     */
    public static List<X509Certificate> certificates(Path file) throws TlsFileException {
        return PemFile.read(file).certificates();
    }

    /**
     * Reads the first private key of a PEM file: PKCS#8, PKCS#1 or SEC1, not encrypted; RSA, EC, Ed25519 or Ed448.
     *
     * @throws TlsFileException if the file cannot be used
     */
    public static PrivateKey privateKey(Path file) throws TlsFileException {
        return PemFile.read(file).privateKey();
    }

    /**
     * Makes the TLS context of a client. A client makes it once, since contexts do not share sessions.
     *
     * @throws IllegalStateException if this JVM lacks an algorithm of the material
     */
    public SSLContext context() {
        try {
            if (equals(OF_THE_JVM)) {
                return SSLContext.getDefault();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), trustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the TLS material cannot be used by this JVM", e);
        }
    }

    private KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
        if (client.isEmpty()) {
            return new KeyManager[0];
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Certificate[] chain = client.get().chain().toArray(X509Certificate[]::new);
        store.setKeyEntry("client", client.get().key(), NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
        if (!verifies) {
            return new TrustManager[] {new Trusting()};
        }
        KeyStore store = null;
        if (!authorities.isEmpty()) {
            store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("authority-" + number++, authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store); // null for the JVM's trust store
        return factory.getTrustManagers();
    }

    /** Accepts every server. As an extended manager it also disables the check of host names. */
    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
