package dev.weir.upstream.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a PEM file (RFC 7468). Text around the blocks is ignored. Immutable.
 *
 * @param blocks all blocks, in the order of the file
 */
record PemFile(Path path, List<Block> blocks) {
    /** Bundles of all public authorities have about 250 kB. */
    static final int MAX_BYTES = 4 << 20;

    private static final Set<String> CERTIFICATES = Set.of("CERTIFICATE", "X509 CERTIFICATE");
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9][A-Z0-9 ]*)-----");
    private static final String KEY = "PRIVATE KEY";

    PemFile {
        blocks = List.copyOf(blocks);
    }

    /**
     * One block.
     *
     * @param text the text between the label lines: base64, possibly after header lines
     */
    record Block(String label, String text) {
        /** Whether the label, or the header of the older format, says that the block is encrypted. */
        boolean isEncrypted() {
            return label.equals("ENCRYPTED " + KEY) || text.contains("Proc-Type: 4,ENCRYPTED");
        }

        byte[] bytes() {
            return Base64.getMimeDecoder().decode(text);
        }

        /** Shows only the label: the text may be a key. */
        @Override
        public String toString() {
            return label;
        }
    }

    static PemFile read(Path path) throws TlsFileException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new TlsFileException("there is no file " + path, "paths are relative to the configuration's folder");
        } catch (IOException e) {
            throw new TlsFileException(path + " cannot be read", "name a file that the server's user may read");
        }
        if (bytes.length > MAX_BYTES) {
            Arrays.fill(bytes, (byte) 0);
            throw new TlsFileException(path + " is too large (at most " + MAX_BYTES + " bytes)", "name a PEM file");
        }
        List<Block> blocks = blocks(new String(bytes, StandardCharsets.ISO_8859_1));
        Arrays.fill(bytes, (byte) 0);
        if (blocks.isEmpty()) {
            throw new TlsFileException(
                    path + " is not PEM (no line -----BEGIN …----- with its end)",
                    "convert it: openssl x509 -inform der -in FILE -out FILE.pem, for a key openssl pkey");
        }
        return new PemFile(path, blocks);
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher begin = BEGIN.matcher(text);
        for (int from = 0; begin.find(from); ) {
            int end = text.indexOf("-----END " + begin.group(1) + "-----", begin.end());
            if (end >= 0) {
                blocks.add(new Block(begin.group(1), text.substring(begin.end(), end)));
            }
            from = Math.max(begin.end(), end);
        }
        return blocks;
    }

    /** The certificates, at least one, in the order of the file. */
    List<X509Certificate> certificates() throws TlsFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (CERTIFICATES.contains(block.label())) {
                certificates.add(certificate(block, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsFileException(
                    path + " has no certificate (only " + labels() + ")",
                    "name a file with -----BEGIN CERTIFICATE-----");
        }
        return List.copyOf(certificates);
    }

    private X509Certificate certificate(Block block, int number) throws TlsFileException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.bytes()));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new TlsFileException(
                    "certificate " + number + " of " + path + " is malformed", "export it again as PEM");
        }
    }

    /** The first private key. */
    PrivateKey privateKey() throws TlsFileException {
        for (Block block : blocks) {
            if (block.label().endsWith(KEY)) {
                return privateKey(block);
            }
        }
        throw new TlsFileException(
                path + " has no private key (only " + labels() + ")", "name a file with -----BEGIN PRIVATE KEY-----");
    }

    private PrivateKey privateKey(Block block) throws TlsFileException {
        if (block.isEncrypted()) {
            throw new TlsFileException(
                    "the private key of " + path + " is encrypted",
                    "write it without a passphrase, readable by the server's user alone: openssl pkey -in FILE -out FILE.plain");
        }
        try {
            return PrivateKeys.of(block.label(), block.bytes());
        } catch (InvalidKeySpecException | IllegalArgumentException e) {
            throw new TlsFileException(
                    "the private key of " + path + " cannot be read (RSA, EC and Ed25519 keys can)",
                    "convert it to PKCS#8: openssl pkey -in FILE -out FILE.pem");
        }
    }

    private String labels() {
        return String.join(
                ", ", blocks.stream().map(Block::label).distinct().limit(5).toList());
    }
}
