package dev.weir.hub;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Computes the hash that a file's etag names: SHA-256 of large files, git's blob hash (SHA-1) of small ones. */
final class ContentHash {
    private static final int SHA_256 = 64;
    private static final int GIT = 40;

    private final String expected;
    private final Optional<MessageDigest> digest;

    /** Creates a hash. An etag that is neither kind of hash is not checked. */
    ContentHash(String etag, long size) {
        this.expected = etag;
        this.digest = etag.matches("[0-9a-f]+") && (etag.length() == SHA_256 || etag.length() == GIT)
                ? Optional.of(digest(etag.length() == SHA_256 ? "SHA-256" : "SHA-1"))
                : Optional.empty();
        if (etag.length() == GIT) {
            digest.ifPresent(git -> git.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JVM has " + algorithm, e);
        }
    }

    /** Adds the buffer's bytes, without moving its position. */
    void update(ByteBuffer bytes) {
        digest.ifPresent(hash -> hash.update(bytes.duplicate()));
    }

    /** Returns true if all bytes together have the expected hash. */
    boolean matches() {
        return digest.isEmpty()
                || HexFormat.of().formatHex(digest.get().digest()).equals(expected);
    }
}
