package dev.weir.security;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** An issuer of tokens, and forged tokens. */
public final class Tokens {
    public static final String ISSUER = "https://issuer.example";
    public static final String AUDIENCE = "weir";

    private final PublicJsonWebKey key;

    private Tokens(PublicJsonWebKey key, String keyId, String algorithm) {
        this.key = key;
        key.setKeyId(keyId);
        key.setAlgorithm(algorithm);
    }

    public static Tokens ellipticCurve(String keyId) {
        try {
            return new Tokens(EcJwkGenerator.generateJwk(EllipticCurves.P256), keyId, "ES256");
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Tokens rsa(String keyId) {
        try {
            return new Tokens(RsaJwkGenerator.generateJwk(2048), keyId, "RS256");
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    PublicJsonWebKey key() {
        return key;
    }

    /** The public key, as a key set. */
    public String keySet() {
        return new JsonWebKeySet(key).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    /** The claims of a valid token with that subject. */
    public static JwtClaims claims(String subject) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(AUDIENCE);
        claims.setSubject(subject);
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(10);
        claims.setStringListClaim("roles", "writer", "reader");
        return claims;
    }

    /** A token with the claims of {@code subject}, after {@code change}, signed by the issuer. */
    public String token(String subject, Consumer<JwtClaims> change) {
        return signed(subject, change, signature -> {});
    }

    /** The same token with a signature that {@code forge} may change before signing. */
    public String signed(String subject, Consumer<JwtClaims> change, Consumer<JsonWebSignature> forge) {
        JwtClaims claims = claims(subject);
        change.accept(claims);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setAlgorithmHeaderValue(key.getAlgorithm());
        signature.setKey(key.getPrivateKey());
        signature.setDoKeyValidation(false);
        forge.accept(signature);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token without a signature, which declares this. */
    public String unsigned(String subject) {
        return signed(subject, claims -> {}, signature -> {
            signature.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
            signature.setAlgorithmHeaderValue("none");
            signature.setKey(null);
        });
    }

    /** A token signed with the public key as a shared secret. */
    public String confused(String subject) {
        byte[] known = key.getPublicKey().getEncoded();
        return signed(subject, claims -> {}, signature -> {
            signature.setAlgorithmHeaderValue("HS256");
            signature.setKey(new HmacKey(known));
        });
    }

    /** A token that expired {@code secondsAgo}. */
    public String expired(String subject, int secondsAgo) {
        return token(subject, claims -> {
            claims.setIssuedAt(ago(secondsAgo + 600));
            claims.setExpirationTime(ago(secondsAgo));
        });
    }

    /** A token that becomes valid in {@code seconds}. */
    public String notYet(String subject, int seconds) {
        return token(subject, claims -> claims.setNotBefore(ago(-seconds)));
    }

    private static NumericDate ago(int seconds) {
        NumericDate date = NumericDate.now();
        date.addSeconds(-seconds);
        return date;
    }

    /** A token with another payload under the same signature. */
    public static String altered(String token, String payload) {
        String[] parts = token.split("\\.", -1);
        return parts[0]
                + '.'
                + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8))
                + '.'
                + parts[2];
    }
}
