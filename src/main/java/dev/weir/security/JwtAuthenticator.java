package dev.weir.security;

import dev.weir.WeirException;
import dev.weir.config.AuthConfig;
import java.lang.System.Logger.Level;
import java.security.Key;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates callers by signed tokens (JWS in compact form; RFC 7515, RFC 7519, and the advice of RFC 8725). A token must be
 * signed by one of the configured algorithms and a key of the issuer. It must name the issuer and this audience, have a subject
 * and an expiry, and be valid now. Encrypted tokens are refused. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725</a>
 */
public final class JwtAuthenticator implements Authenticator {
    private static final System.Logger LOG = System.getLogger(JwtAuthenticator.class.getName());
    private static final int LONGEST = 16_384;

    private final KeySet keys;
    private final JwtConsumer consumer;
    private final List<String> rolesPath;

    /**
     * Checks tokens by {@code config}.
     *
     * @param keys the issuer's keys; closed with this authenticator
     */
    public JwtAuthenticator(AuthConfig.Jwt config, KeySet keys) {
        this.keys = keys;
        this.rolesPath = List.of(config.rolesClaim().split("\\.", -1));
        this.consumer = new JwtConsumerBuilder()
                .setExpectedIssuer(config.issuer())
                .setExpectedAudience(config.audience().toArray(String[]::new))
                .setRequireExpirationTime()
                .setRequireSubject()
                .setAllowedClockSkewInSeconds((int) config.clockSkew().toSeconds())
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(
                        ConstraintType.PERMIT, config.algorithms().toArray(String[]::new)))
                .setJweAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT))
                .setVerificationKeyResolver(resolver(keys))
                .build();
    }

    private static VerificationKeyResolver resolver(KeySet keys) {
        return (JsonWebSignature jws, List<JsonWebStructure> nesting) -> key(jws, keys);
    }

    private static Key key(JsonWebSignature jws, KeySet keys) throws UnresolvableKeyException {
        JsonWebKey key = keys.of(jws);
        if (key == null) {
            throw new UnresolvableKeyException("no key of the issuer is the token's");
        }
        return key.getKey();
    }

    /** Whether a text has no visible character: only spaces of any kind, controls and marks of no width. */
    private static boolean isBlank(String text) {
        return text.codePoints()
                .allMatch(c -> Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT);
    }

    @Override
    public Optional<Caller> authenticate(String secret) {
        if (secret.length() > LONGEST || secret.chars().filter(c -> c == '.').count() != 2) {
            return Optional.empty();
        }
        try {
            JwtClaims claims = consumer.processToClaims(secret);
            if (isBlank(claims.getSubject())) {
                LOG.log(Level.DEBUG, "a token was refused: its subject is blank");
                return Optional.empty();
            }
            Set<String> roles = roles(claims);
            return Optional.of(Caller.known(claims.getSubject(), roles::contains));
        } catch (InvalidJwtException e) {
            WeirException checkFailure = checkFailure(e);
            if (checkFailure != null) {
                throw checkFailure;
            }
            LOG.log(Level.DEBUG, "a token was refused: {0}", e.getErrorDetails());
            return Optional.empty();
        } catch (MalformedClaimException e) {
            return Optional.empty();
        }
    }

    /** The failure among the causes that prevented the check; null if the token itself is invalid. */
    private static @Nullable WeirException checkFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof WeirException checkFailure) {
                return checkFailure;
            }
        }
        return null;
    }

    /** The roles: the texts of a list, or the names between spaces of one text, as in {@code scope}. */
    private Set<String> roles(JwtClaims claims) {
        Object value = claims.getClaimsMap();
        for (String step : rolesPath) {
            value = value instanceof Map<?, ?> map ? map.get(step) : null;
        }
        if (value instanceof String text) {
            return Arrays.stream(text.split(" ", -1))
                    .filter(role -> !role.isEmpty())
                    .collect(Collectors.toUnmodifiableSet());
        }
        return value instanceof Collection<?> list
                ? list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }

    @Override
    public void close() {
        keys.close();
    }
}
