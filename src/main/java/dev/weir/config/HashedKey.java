package dev.weir.config;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The HMAC-SHA-256 of an API key under a random key of this process; the API key itself is not kept. Immutable.
 *
 * <p>A slow hash would add nothing: these keys are random and have at least {@value #SHORTEST} characters, so that no
 * list of likely keys exists.
 */
public final class HashedKey {
    /** The fewest characters of an API key. */
    public static final int SHORTEST = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final SecretKeySpec SALT = salt();

    private final byte[] hash;

    private HashedKey(byte[] hash) {
        this.hash = hash;
    }

    private static SecretKeySpec salt() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return new SecretKeySpec(random, ALGORITHM);
    }

    /** The hash of {@code key}; equal keys have equal hashes in one process. */
    public static HashedKey of(String key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(SALT);
            return new HashedKey(mac.doFinal(key.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }

    /** Compares in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof HashedKey key && MessageDigest.isEqual(hash, key.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    /** Shows nothing of the key. */
    @Override
    public String toString() {
        return "HashedKey";
    }
}
