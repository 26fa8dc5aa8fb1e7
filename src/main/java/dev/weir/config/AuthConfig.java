package dev.weir.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The authentication of callers of the API. */
public sealed interface AuthConfig {

    /** Returns the roles or names that may call the API. A caller needs one of them; empty for every authenticated caller. */
    Set<String> allow();

    /** Authentication by keys that the operator issues. */
    record ApiKeys(List<ApiKey> keys, Set<String> allow) implements AuthConfig {
        public ApiKeys {
            keys = List.copyOf(keys);
            allow = Set.copyOf(allow);
        }
    }

    /**
     * One key.
     *
     * @param name the name of the caller
     * @param roles further names that {@code allow} may contain
     */
    record ApiKey(String name, HashedKey key, Set<String> roles) {
        public ApiKey {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * Authentication by tokens (RFC 7519) that an issuer signs.
     *
     * @param audience a token must name one of these
     * @param jwks the URI of the issuer's public keys (RFC 7517), with the scheme {@code https} or {@code file}, or
     *     {@code http} on this machine
     * @param algorithms the accepted signature algorithms, all with pairs of keys
     * @param clockSkew the largest accepted difference of the issuer's clock
     * @param rolesClaim the path of the claim that contains the caller's roles
     */
    record Jwt(
            String issuer,
            Set<String> audience,
            URI jwks,
            List<String> algorithms,
            Duration clockSkew,
            String rolesClaim,
            Set<String> allow)
            implements AuthConfig {
        public Jwt {
            audience = Set.copyOf(audience);
            algorithms = List.copyOf(algorithms);
            allow = Set.copyOf(allow);
        }
    }

    /** The configured authentication cannot be read. No caller is accepted until it is corrected. */
    record Unreadable() implements AuthConfig {
        @Override
        public Set<String> allow() {
            return Set.of();
        }
    }

    /** Authentication by the server, with its realm and roles. */
    record Container(Set<String> allow) implements AuthConfig {
        public Container {
            allow = Set.copyOf(allow);
        }
    }
}
