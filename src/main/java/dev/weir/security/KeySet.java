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

/** The public keys of an issuer (RFC 7517). */
public interface KeySet extends AutoCloseable {

    /**
     * The key that a signature says it was made with; null if the issuer has none such.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if that cannot be told now
     */
    @Nullable
    JsonWebKey of(JsonWebSignature signature);

    @Override
    default void close() {}

    /** Those of a file, read once; with one that holds no keys nobody is known. */
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
     * The keys of a set. Those that are a secret of both sides are left out: whoever knows what checks them could sign.
     *
     * @throws JoseException if it is no set of keys
     */
    static List<JsonWebKey> parse(String json) throws JoseException {
        return new JsonWebKeySet(json)
                .getJsonWebKeys().stream()
                        .filter(PublicJsonWebKey.class::isInstance)
                        .toList();
    }

    /** That of {@code keys} with which {@code signature} can be checked; null if none is. */
    static @Nullable JsonWebKey select(List<JsonWebKey> keys, JsonWebSignature signature) {
        try {
            return new VerificationJwkSelector().select(signature, keys);
        } catch (JoseException e) {
            return null;
        }
    }
}
