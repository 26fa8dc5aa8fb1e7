package dev.weir.upstream.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.upstream.Certificates;
import dev.weir.upstream.tls.TlsMaterial.ClientCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@Timeout(120)
class TlsMaterialTest {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @TempDir
    static Path made;

    private static Certificates certificates;

    @TempDir
    Path folder;

    @BeforeAll
    static void issue() throws Exception {
        certificates = new Certificates(made)
                .issue("upstream", "EC", "dns:localhost,ip:127.0.0.1")
                .issue("elsewhere", "EC", "dns:elsewhere.example")
                .issue("rsa", "RSA", "dns:client.example")
                .issue("ec", "EC", "dns:client.example")
                .issue("ed25519", "Ed25519", "dns:client.example");
    }

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    private static TlsMaterial trusting(Path... authorities) throws TlsFileException {
        return new TlsMaterial(certificates(authorities), Optional.empty(), true);
    }

    private static Set<X509Certificate> certificates(Path... files) throws TlsFileException {
        Set<X509Certificate> certificates = new LinkedHashSet<>();
        for (Path file : files) {
            certificates.addAll(TlsMaterial.certificates(file));
        }
        return certificates;
    }

    private static Optional<ClientCertificate> client(Path certificate, Path key) throws TlsFileException {
        return ClientCertificate.of(TlsMaterial.certificates(certificate), TlsMaterial.privateKey(key));
    }

    private Path file(String name, String... blocks) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("", blocks));
    }

    /** One handshake with a server of an alias. Returns the subject of the client's certificate, or null. */
    private static String clientSeenBy(String alias, TlsMaterial material) throws Exception {
        try (SSLServerSocket server = (SSLServerSocket) certificates
                .server(alias)
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            server.setWantClientAuth(true);
            Future<String> subject = THREADS.submit(() -> subject(server));
            try (SSLSocket client = (SSLSocket)
                    material.context().getSocketFactory().createSocket("localhost", server.getLocalPort())) {
                if (material.verifies()) {
                    SSLParameters parameters = client.getSSLParameters();
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    client.setSSLParameters(parameters);
                }
                client.startHandshake();
                assertThat(client.getInputStream().read()).isEqualTo('!');
            }
            return subject.get();
        }
    }

    private static String subject(SSLServerSocket server) throws IOException {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.startHandshake();
            socket.getOutputStream().write('!');
            socket.getOutputStream().flush();
            try {
                return socket.getSession().getPeerPrincipal().getName();
            } catch (SSLException none) {
                return "nobody";
            }
        }
    }

    @Test
    void anAuthorityOfItsOwnIsTrusted() throws Exception {
        assertThat(clientSeenBy("upstream", trusting(certificates.authorityFile())))
                .isEqualTo("nobody");
    }

    @Test
    void withoutTheAuthorityTheServerIsRefused() throws Exception {
        assertThatThrownBy(() -> clientSeenBy("upstream", TlsMaterial.OF_THE_JVM))
                .isInstanceOf(SSLException.class);
        byte[] another = certificates.chain("rsa").get(0).getEncoded();
        TlsMaterial anotherCertificate = trusting(file("another.pem", Certificates.pem("CERTIFICATE", another)));
        assertThatThrownBy(() -> clientSeenBy("upstream", anotherCertificate)).isInstanceOf(SSLException.class);
    }

    @Test
    void anAuthorityReplacesThoseOfTheJvm() throws Exception {
        assertThat(trusting(certificates.authorityFile()).authorities())
                .containsExactly(certificates.chain(Certificates.AUTHORITY).get(0));
    }

    @Test
    void severalFilesOfSeveralCertificatesAreTrustedTogether() throws Exception {
        TlsMaterial both = trusting(certificates.chainFile("rsa"), certificates.chainFile("ec"));
        assertThat(both.authorities()).hasSize(3);
        assertThat(clientSeenBy("upstream", both)).isEqualTo("nobody");
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        TlsMaterial material = trusting(certificates.authorityFile());
        assertThatThrownBy(() -> clientSeenBy("elsewhere", material)).isInstanceOf(SSLException.class);
    }

    @Test
    void withoutVerificationEveryServerIsAccepted() throws Exception {
        TlsMaterial blind = new TlsMaterial(Set.of(), Optional.empty(), false);
        assertThat(clientSeenBy("upstream", blind)).isEqualTo("nobody");
        assertThat(clientSeenBy("elsewhere", blind)).isEqualTo("nobody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec", "ed25519"})
    void aClientCertificateIsShownToTheServerThatAsks(String alias) throws Exception {
        TlsMaterial material = new TlsMaterial(
                certificates(certificates.authorityFile()),
                client(certificates.chainFile(alias), certificates.keyFile(alias)),
                true);
        assertThat(clientSeenBy("upstream", material)).isEqualTo("CN=" + alias);
    }

    @Test
    void aClientCertificateGoesWithoutVerificationToo() throws Exception {
        TlsMaterial material =
                new TlsMaterial(Set.of(), client(certificates.chainFile("ec"), certificates.keyFile("ec")), false);
        assertThat(clientSeenBy("elsewhere", material)).isEqualTo("CN=ec");
    }

    @Test
    void certificateAndKeyMayStandInOneFileInAnyOrder() throws Exception {
        List<X509Certificate> chain = certificates.chain("rsa");
        Path both = file(
                "both.pem",
                "Subject: the authority comes first\r\n",
                Certificates.pem("CERTIFICATE", chain.get(1).getEncoded()).replace("\n", "\r\n"),
                Certificates.pem("PRIVATE KEY", certificates.key("rsa").getEncoded()),
                Certificates.pem("CERTIFICATE", certificates.chain("ec").get(0).getEncoded()),
                Certificates.pem("CERTIFICATE", chain.get(0).getEncoded()));
        assertThat(client(both, both).orElseThrow().chain()).isEqualTo(chain);
    }

    @Test
    void theOlderFormsOfKeysAreRead() throws Exception {
        Key rsa = certificates.key("rsa");
        Path pkcs1 = file("pkcs1.pem", Certificates.pem("RSA PRIVATE KEY", keyInside(rsa)));
        assertThat(TlsMaterial.privateKey(pkcs1)).isEqualTo(rsa);

        Path sec1 = file(
                "sec1.pem",
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
                Certificates.pem("EC PRIVATE KEY", sec1(certificates.key("ec"))));
        Key read = TlsMaterial.privateKey(sec1);
        assertThat(((ECPrivateKey) read).getS()).isEqualTo(((ECPrivateKey) certificates.key("ec")).getS());
    }

    /** The octets inside PKCS#8: the last element of the outer sequence. */
    private static byte[] keyInside(Key key) {
        byte[] der = key.getEncoded();
        for (int at = 8; at < 40; at++) {
            if (der[at] == 4) {
                int header = (der[at + 1] & 0xFF) < 0x80 ? 2 : 2 + (der[at + 1] & 0x7F);
                byte[] inside = Arrays.copyOfRange(der, at + header, der.length);
                if (inside[0] == 0x30) {
                    return inside;
                }
            }
        }
        throw new AssertionError("no key in " + key.getAlgorithm());
    }

    /** The key including its curve, as SEC1 has it outside PKCS#8. */
    private static byte[] sec1(Key key) {
        byte[] inside = keyInside(key);
        byte[] der = key.getEncoded();
        int curve = new String(der, StandardCharsets.ISO_8859_1).indexOf("\u0006\u0007*") + 9;
        int length = der[curve + 1] + 2;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int number = inside[1] < 0 ? 2 + (inside[1] & 0x7F) : 2;
        int numberEnd = number + 3 + 2 + inside[number + 4];
        content.write(inside, number, numberEnd - number);
        content.write(0xA0);
        content.write(length);
        content.write(der, curve, length);
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        sequence.write(0x30);
        sequence.write(content.size());
        sequence.writeBytes(content.toByteArray());
        return sequence.toByteArray();
    }

    @Test
    void aKeyWithoutItsCurveIsRefusedWithTheRemedy() throws Exception {
        Path bare = file("bare.pem", Certificates.pem("EC PRIVATE KEY", keyInside(certificates.key("ec"))));
        assertRefused(bare, "bare.pem cannot be read", "openssl pkey -in");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ENCRYPTED PRIVATE KEY | AAAA                                             | is encrypted
            RSA PRIVATE KEY       | Proc-Type: 4,ENCRYPTED DEK-Info: AES,00  AAAA    | is encrypted
            EC PRIVATE KEY        | Proc-Type: 4,ENCRYPTED DEK-Info: AES,00  AAAA    | is encrypted
            PRIVATE KEY           | AAAA                                             | cannot be read
            PRIVATE KEY           | A                                                | cannot be read
            RSA PRIVATE KEY       | MA==                                             | cannot be read
            EC PRIVATE KEY        | MIQ=                                             | cannot be read
            EC PRIVATE KEY        | MAOgAQY=                                         | cannot be read
            EC PRIVATE KEY        | MIP/////                                         | cannot be read
            DSA PRIVATE KEY       | AAAA                                             | cannot be read
            PUBLIC KEY            | AAAA                                             | has no private key (only PUBLIC KEY)
            CERTIFICATE           | AAAA                                             | has no private key (only CERTIFICATE)
            """)
    void whatIsNoUsableKeyIsRefused(String label, String text, String problem) throws Exception {
        Path key = file("some.key", "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
        assertRefused(key, problem, "");
    }

    private static void assertRefused(Path key, String problem, String remedy) {
        TlsFileException refusal = catchThrowableOfType(TlsFileException.class, () -> TlsMaterial.privateKey(key));
        assertThat(refusal.detail())
                .contains(problem)
                .contains(key.getFileName().toString())
                .doesNotContain("AAAA");
        assertThat(refusal.remedy()).isNotEmpty().contains(remedy);
    }

    @Test
    void aKeyOfAnotherCertificateMakesNoClient() throws Exception {
        for (String alias : List.of("rsa", "ed25519", "upstream")) {
            assertThat(client(certificates.chainFile("ec"), certificates.keyFile(alias)))
                    .as(alias)
                    .isEmpty();
        }
    }

    @Test
    void everyFaultOfACertificateFileNamesTheFile() throws Exception {
        Path der = Files.write(
                folder.resolve("ca.der"), certificates.chain("ec").get(0).getEncoded());
        Path empty = file("empty.pem");
        Path open = file("open.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
        Path broken = file("broken.pem", Certificates.pem("CERTIFICATE", new byte[] {1, 2, 3}));
        Path keyOnly = certificates.keyFile("ec");
        Path large = file("large.pem", "x".repeat(PemFile.MAX_BYTES + 1));
        for (Path file : List.of(der, empty, open, broken, keyOnly, large, folder, folder.resolve("missing.pem"))) {
            TlsFileException refusal =
                    catchThrowableOfType(TlsFileException.class, () -> TlsMaterial.certificates(file));
            assertThat(refusal).as(file.toString()).isNotNull();
            assertThat(refusal.detail()).contains(file.getFileName().toString());
            assertThat(refusal.remedy()).isNotEmpty();
        }
    }

    @Test
    void materialOfTheSameContentIsEqual() throws Exception {
        TlsMaterial one = whole("ec");
        TlsMaterial copy = whole("ec");
        assertThat(one).isEqualTo(copy).hasSameHashCodeAs(copy);
        assertThat(one).isNotEqualTo(whole("rsa"));
        assertThat(one).isNotEqualTo(new TlsMaterial(one.authorities(), one.client(), false));
        assertThat(trusting(certificates.authorityFile())).isNotEqualTo(TlsMaterial.OF_THE_JVM);
    }

    private static TlsMaterial whole(String alias) throws Exception {
        return new TlsMaterial(
                certificates(certificates.authorityFile()),
                client(certificates.chainFile(alias), certificates.keyFile(alias)),
                true);
    }

    @Test
    void theKeyIsInNoText() throws Exception {
        assertThat(whole("ec").toString())
                .contains("CN=ec")
                .doesNotContain(certificates.key("ec").toString());
        assertThat(PemFile.read(certificates.keyFile("ec")).toString())
                .contains("[PRIVATE KEY]")
                .doesNotContain("-----");
    }

    @Test
    void theSettingsOfTheJvmAreItsOwnContext() throws Exception {
        assertThat(TlsMaterial.OF_THE_JVM.context()).isSameAs(SSLContext.getDefault());
    }
}
