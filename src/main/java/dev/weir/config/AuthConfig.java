package dev.weir.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** How callers of the API prove who they are. */
public sealed interface AuthConfig {

    /** The roles or names of which a caller needs one to call anything; empty if every caller who is known may. */
    Set<String> allow();

    /** By keys that the operator gives out. */
    record ApiKeys(List<ApiKey> keys, Set<String> allow) implements AuthConfig {
        public ApiKeys {
            keys = List.copyOf(keys);
            allow = Set.copyOf(allow);
        }
    }

    /**
     * One key.
     *
     * @param name whose it is
     * @param roles what {@code allow} may name besides
     */
    record ApiKey(String name, HashedKey key, Set<String> roles) {
        public ApiKey {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * By tokens (RFC 7519) that an issuer signs.
     *
     * @param audience of which a token must name one
     * @param jwks where the issuer's public keys are (RFC 7517): of the scheme {@code https}, {@code file}, or {@code http} on
     *     this machine
     * @param algorithms those that a signature may have, each of a pair of keys
     * @param clockSkew how far the issuer's clock may be off
     * @param rolesClaim the path of the claim that has the caller's roles
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

    /** Not as anyone can: what is configured cannot be read, and until it is mended nobody is known. */
    record Unreadable() implements AuthConfig {
        @Override
        public Set<String> allow() {
            return Set.of();
        }
    }

    /** As the server does it, with its own realm and roles. */
    record Container(Set<String> allow) implements AuthConfig {
        public Container {
            allow = Set.copyOf(allow);
        }
    }
}
