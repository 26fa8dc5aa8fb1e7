package dev.weir.security;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The public keys of an issuer (RFC 7517). Thread-safe. */
public interface KeySet extends AutoCloseable {

    /**
     * The key that a signature names; null if the issuer has no such key. May block for some seconds.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the keys are not available now
     */
    @Nullable
    JsonWebKey of(JsonWebSignature signature);

    @Override
    default void close() {}

    /** The keys of a file, read once. If the file cannot be read, each check of a token fails. */
    static KeySet ofFile(Path file) {
        try {
            List<JsonWebKey> keys = parse(Files.readString(file));
            return signature -> select(keys, signature);
        } catch (IOException | JoseException e) {
            System.getLogger(KeySet.class.getName())
                    .log(Level.ERROR, "the file of keys " + file + " cannot be read, so that no token is known", e);
            return signature -> {
                throw new WeirException(
                        ErrorCode.NOT_READY, "tokens cannot be checked: the issuer's keys are not available", e);
            };
        }
    }

    /**
     * The public keys of a key set. Symmetric keys are left out: a key that checks such a signature could also make one.
     *
     * @throws JoseException if the text is no key set
     */
    static List<JsonWebKey> parse(String json) throws JoseException {
        return new JsonWebKeySet(json)
                .getJsonWebKeys().stream()
                        .filter(PublicJsonWebKey.class::isInstance)
                        .toList();
    }

    /** The key among {@code keys} that can check {@code signature}; null if there is none. */
    static @Nullable JsonWebKey select(List<JsonWebKey> keys, JsonWebSignature signature) {
        try {
            return new VerificationJwkSelector().select(signature, keys);
        } catch (JoseException e) {
            return null;
        }
    }
}
