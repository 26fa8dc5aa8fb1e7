package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.config.AuthConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jose4j.jwe.ContentEncryptionAlgorithmIdentifiers;
import org.jose4j.jwe.JsonWebEncryption;
import org.jose4j.jwe.KeyManagementAlgorithmIdentifiers;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctJwkGenerator;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JwtAuthenticatorTest {
    private static final Tokens RSA = Tokens.rsa("rsa-1");
    private static final Tokens CURVE = Tokens.ellipticCurve("ec-1");
    private static final Tokens STRANGER = Tokens.ellipticCurve("ec-1");

    @TempDir
    Path folder;

    private JwtAuthenticator authenticator(String keySet, String rolesClaim) throws IOException {
        Path file = Files.writeString(folder.resolve("keys.json"), keySet);
        AuthConfig.Jwt config = new AuthConfig.Jwt(
                Tokens.ISSUER,
                Set.of(Tokens.AUDIENCE, "weir-too"),
                file.toUri(),
                List.of("RS256", "ES256"),
                Duration.ofSeconds(30),
                rolesClaim,
                Set.of());
        return new JwtAuthenticator(config, KeySet.ofFile(file));
    }

    private JwtAuthenticator authenticator() throws IOException {
        String both = new JsonWebKeySet(RSA.key(), CURVE.key()).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
        return authenticator(both, "roles");
    }

    static List<Arguments> refused() throws JoseException {
        String right = CURVE.token("alice", claims -> {});
        return List.of(
                Arguments.of("nothing", ""),
                Arguments.of("no token", "abc"),
                Arguments.of("three empty parts", ".."),
                Arguments.of("a part too many", right + ".x"),
                Arguments.of("without a signature's bytes", right.substring(0, right.lastIndexOf('.') + 1)),
                Arguments.of("alg none", CURVE.unsigned("alice")),
                Arguments.of("the public RSA key as a secret", RSA.confused("alice")),
                Arguments.of("the public EC key as a secret", CURVE.confused("alice")),
                Arguments.of("another's key of the same id", STRANGER.token("alice", claims -> {})),
                Arguments.of("an unknown key's id", Tokens.ellipticCurve("ec-9").token("alice", claims -> {})),
                Arguments.of("its own key in its header", CURVE.signed("alice", claims -> {}, signature -> {
                    signature.setKey(STRANGER.key().getPrivateKey());
                    signature.setJwkHeader(STRANGER.key());
                    signature.setKeyIdHeaderValue(null);
                })),
                Arguments.of("an algorithm that is not pinned", RSA.signed("alice", claims -> {}, signature -> {
                    signature.setAlgorithmHeaderValue("RS512");
                })),
                Arguments.of(
                        "another payload",
                        Tokens.altered(right, Tokens.claims("bob").toJson())),
                Arguments.of(
                        "another issuer", CURVE.token("alice", claims -> claims.setIssuer("https://evil.example"))),
                Arguments.of("no issuer", CURVE.token("alice", claims -> claims.unsetClaim("iss"))),
                Arguments.of("another audience", CURVE.token("alice", claims -> claims.setAudience("other"))),
                Arguments.of("no audience", CURVE.token("alice", claims -> claims.unsetClaim("aud"))),
                Arguments.of("no subject", CURVE.token("alice", claims -> claims.unsetClaim("sub"))),
                Arguments.of("an empty subject", CURVE.token("", claims -> {})),
                Arguments.of("a blank subject", CURVE.token(" \t\u2003", claims -> {})),
                Arguments.of("a subject of spaces that do not break", CURVE.token("\u00A0\u202F\u2007", claims -> {})),
                Arguments.of("a subject without width", CURVE.token("\u200B\uFEFF\0", claims -> {})),
                Arguments.of("no end", CURVE.token("alice", claims -> claims.unsetClaim("exp"))),
                Arguments.of(
                        "an end that is text", CURVE.token("alice", claims -> claims.setStringClaim("exp", "soon"))),
                Arguments.of("expired", CURVE.expired("alice", 40)),
                Arguments.of("not yet valid", CURVE.notYet("alice", 40)),
                Arguments.of("a subject that is a list", CURVE.token("alice", claims -> {
                    claims.setStringListClaim("sub", "alice");
                })),
                Arguments.of("an extension that must be understood", CURVE.signed("alice", claims -> {}, signature -> {
                    signature.setCriticalHeaderNames("exotic");
                    signature.setHeader("exotic", "true");
                })),
                Arguments.of("encrypted", encrypted()),
                Arguments.of("endless", right + "a".repeat(20_000)));
    }

    private static String encrypted() throws JoseException {
        JsonWebEncryption token = new JsonWebEncryption();
        token.setPayload(Tokens.claims("alice").toJson());
        token.setAlgorithmHeaderValue(KeyManagementAlgorithmIdentifiers.ECDH_ES);
        token.setEncryptionMethodHeaderParameter(ContentEncryptionAlgorithmIdentifiers.AES_128_CBC_HMAC_SHA_256);
        token.setKey(CURVE.key().getPublicKey());
        token.setKeyIdHeaderValue("ec-1");
        return token.getCompactSerialization();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void isNobodys(String what, String token) throws IOException {
        assertThat(authenticator().authenticate(token)).isEmpty();
    }

    static Stream<Arguments> taken() {
        return Stream.of(
                Arguments.of("an elliptic curve's", CURVE.token("alice", claims -> {})),
                Arguments.of("RSA's", RSA.token("alice", claims -> {})),
                Arguments.of("of one audience among several", CURVE.token("alice", claims -> {
                    claims.setAudience("other", "weir-too");
                })),
                Arguments.of("expired within the clocks' difference", CURVE.expired("alice", 20)),
                Arguments.of("valid within the clocks' difference", CURVE.notYet("alice", 20)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("taken")
    void isTheSubjects(String what, String token) throws IOException {
        Caller caller = authenticator().authenticate(token).orElseThrow();

        assertThat(caller.name()).isEqualTo("alice");
        assertThat(caller.isAmong(Set.of("writer"))).isTrue();
        assertThat(caller.isAmong(Set.of("admin"))).isFalse();
        // A caller that chooses its name does not choose its roles with it.
        assertThat(caller.isAmong(Set.of("alice"))).isFalse();
    }

    @Test
    void rolesMayStandDeeperOrInOneText() throws IOException {
        JwtAuthenticator nested = authenticator(CURVE.keySet(), "realm_access.roles");
        Caller caller = nested.authenticate(CURVE.token("alice", claims -> {
                    claims.setClaim("realm_access", Map.of("roles", List.of("deep", 5)));
                }))
                .orElseThrow();
        assertThat(caller.isAmong(Set.of("deep"))).isTrue();
        assertThat(caller.isAmong(Set.of("writer", "5"))).isFalse();

        JwtAuthenticator scopes = authenticator(CURVE.keySet(), "scope");
        Caller scoped = scopes.authenticate(CURVE.token("alice", claims -> claims.setClaim("scope", " run  list ")))
                .orElseThrow();
        assertThat(scoped.isAmong(Set.of("list"))).isTrue();
        assertThat(scoped.isAmong(Set.of(""))).isFalse();
        assertThat(scopes.authenticate(CURVE.token("alice", claims -> {}))
                        .orElseThrow()
                        .isAmong(Set.of("writer")))
                .isFalse();
    }

    /** A key set may contain secrets by mistake: a reader of the set could sign with them. */
    @Test
    void aSecretAmongThePublicKeysIsNoKey() throws Exception {
        OctetSequenceJsonWebKey secret = OctJwkGenerator.generateJwk(256);
        secret.setKeyId("secret");
        String keys = new JsonWebKeySet(CURVE.key(), secret).toJson(JsonWebKey.OutputControlLevel.INCLUDE_SYMMETRIC);
        String token = CURVE.signed("alice", claims -> {}, signature -> {
            signature.setKeyIdHeaderValue("secret");
            signature.setAlgorithmHeaderValue("HS256");
            signature.setKey(new HmacKey(secret.getOctetSequence()));
        });

        assertThat(authenticator(keys, "roles").authenticate(token)).isEmpty();
    }

    @Test
    void withAFileThatHoldsNoKeysNothingCanBeTold() throws IOException {
        JwtAuthenticator blind = authenticator("not JSON", "roles");

        assertThatThrownBy(() -> blind.authenticate(CURVE.token("alice", claims -> {})))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
    }
}
