package dev.weir.security;

import dev.weir.config.AuthConfig;
import dev.weir.config.HashedKey;
import java.util.Optional;

/**
 * Authenticates callers by the hashes of their keys. Compares all keys, each in constant time, so that the duration does not show
 * which key matches. Thread-safe.
 */
public final class ApiKeyAuthenticator implements Authenticator {
    private final AuthConfig.ApiKeys keys;

    /** Authenticates by the configured keys. */
    public ApiKeyAuthenticator(AuthConfig.ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Optional<Caller> authenticate(String secret) {
        HashedKey presented = HashedKey.of(secret);
        Optional<Caller> caller = Optional.empty();
        for (AuthConfig.ApiKey key : keys.keys()) {
            if (key.key().equals(presented)) {
                caller = Optional.of(Caller.known(
                        key.name(),
                        role -> role.equals(key.name()) || key.roles().contains(role)));
            }
        }
        return caller;
    }
}
