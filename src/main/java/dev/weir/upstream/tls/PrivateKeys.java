package dev.weir.upstream.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Map;

/**
 * Reads private keys in DER: PKCS#8 (RFC 5958), and the older formats for RSA (PKCS#1, RFC 8017) and elliptic curves (SEC1,
 * RFC 5915). Keys in the older formats are wrapped in PKCS#8 first.
 */
final class PrivateKeys {
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int PARAMETERS = 0xA0;
    private static final byte[] VERSION_0 = {2, 1, 0};
    /** rsaEncryption, 1.2.840.113549.1.1.1, and its parameters, null. */
    private static final byte[] RSA = {6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0};
    /** id-ecPublicKey, 1.2.840.10045.2.1; its parameters, the curve, follow. */
    private static final byte[] EC = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519", "Ed448");
    /** A signature algorithm for each algorithm of a key. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private PrivateKeys() {}

    /**
     * The key of a PEM block.
     *
     * @throws InvalidKeySpecException if the bytes are not a key in a known format
     */
    static PrivateKey of(String label, byte[] der) throws InvalidKeySpecException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(
                switch (label) {
                    case "RSA PRIVATE KEY" -> envelope(RSA, der);
                    case "EC PRIVATE KEY" -> envelope(joined(EC, curve(der)), der);
                    default -> der;
                });
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // Another algorithm, or malformed: after the last algorithm the key is refused.
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new InvalidKeySpecException("no private key");
    }

    /** Whether {@code certified} is the public key of {@code key}: it verifies a signature of the key. */
    static boolean belongs(PrivateKey key, PublicKey certified) {
        byte[] probe = {1};
        try {
            Signature signature = Signature.getInstance(SIGNATURES.getOrDefault(key.getAlgorithm(), "none"));
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // Keys of different algorithms do not belong together.
        }
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, joined(joined(VERSION_0, element(SEQUENCE, algorithm)), element(OCTETS, key)));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream(first.length + second.length);
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream element = new ByteArrayOutputStream(content.length + 5);
        element.write(tag);
        if (content.length < 0x80) {
            element.write(content.length);
        } else {
            int octets = content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 3;
            element.write(0x80 | octets);
            for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
                element.write(content.length >> shift);
            }
        }
        element.writeBytes(content);
        return element.toByteArray();
    }

    /** The object identifier of a SEC1 key's curve, as its DER element. */
    private static byte[] curve(byte[] sec1) throws InvalidKeySpecException {
        DerElements key = new DerElements(new DerElements(sec1).content(SEQUENCE));
        key.skip(); // the version
        key.skip(); // the private number
        return element(OBJECT_IDENTIFIER, new DerElements(key.content(PARAMETERS)).content(OBJECT_IDENTIFIER));
    }

    /** Reads consecutive DER elements of at most 64 kB each. */
    private static final class DerElements {
        private final byte[] bytes;
        private int at;

        DerElements(byte[] bytes) {
            this.bytes = bytes;
        }

        void skip() throws InvalidKeySpecException {
            octet();
            int length = length();
            at += length;
        }

        /** The content of the next element. */
        byte[] content(int tag) throws InvalidKeySpecException {
            if (octet() != tag) {
                throw new InvalidKeySpecException("unexpected element");
            }
            int length = length();
            if (length > bytes.length - at) {
                throw new InvalidKeySpecException("cut short");
            }
            byte[] content = new byte[length];
            System.arraycopy(bytes, at, content, 0, length);
            at += length;
            return content;
        }

        private int length() throws InvalidKeySpecException {
            int first = octet();
            if (first < 0x80) {
                return first;
            }
            int octets = first & 0x7F;
            if (octets > 2) {
                throw new InvalidKeySpecException("too long");
            }
            int length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | octet();
            }
            return length;
        }

        private int octet() throws InvalidKeySpecException {
            if (at >= bytes.length) {
                throw new InvalidKeySpecException("cut short");
            }
            return bytes[at++] & 0xFF;
        }
    }
}
