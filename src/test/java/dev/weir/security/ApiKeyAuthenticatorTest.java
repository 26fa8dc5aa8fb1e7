package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.AuthConfig;
import dev.weir.config.HashedKey;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyAuthenticatorTest {
    private static final String ALICE = "alice-has-a-long-key";
    private static final String BOB = "bob-has-another-long-key";

    private final ApiKeyAuthenticator keys = new ApiKeyAuthenticator(new AuthConfig.ApiKeys(
            List.of(
                    new AuthConfig.ApiKey("alice", HashedKey.of(ALICE), Set.of("writer")),
                    new AuthConfig.ApiKey("bob", HashedKey.of(BOB), Set.of())),
            Set.of()));

    @Test
    void aKeyIsItsOwners() {
        Caller alice = keys.authenticate(ALICE).orElseThrow();

        assertThat(alice.name()).isEqualTo("alice");
        assertThat(alice.isAmong(Set.of("alice"))).isTrue();
        assertThat(alice.isAmong(Set.of("writer"))).isTrue();
        assertThat(alice.isAmong(Set.of("bob"))).isFalse();
        assertThat(keys.authenticate(BOB).orElseThrow().name()).isEqualTo("bob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alice", "alice-has-a-long-ke", "alice-has-a-long-keyy", "Alice-has-a-long-key"})
    void whatIsNearlyAKeyIsNobodys(String secret) {
        assertThat(keys.authenticate(secret)).isEmpty();
    }

    @Test
    void nothingOfAKeyIsKept() throws ReflectiveOperationException {
        HashedKey hashed = HashedKey.of(ALICE);
        var hash = HashedKey.class.getDeclaredField("hash");
        hash.setAccessible(true);

        assertThat(hashed).hasToString("HashedKey");
        assertThat((byte[]) hash.get(hashed)).hasSize(32);
    }
}
