package dev.weir.security;

import java.util.Optional;

/** Authenticates a caller by the secret of a request. Thread-safe. */
public interface Authenticator extends AutoCloseable {

    /**
     * The caller of this secret; empty if the secret is unknown, expired or not yet valid. The client does not get the reason.
     *
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#NOT_READY} if the secret cannot be checked now
     */
    Optional<Caller> authenticate(String secret);

    /** Releases its resources. */
    @Override
    default void close() {}
}
