package dev.weir.security;

import java.util.Optional;

/** Tells whose a secret is that came with a request. */
public interface Authenticator extends AutoCloseable {

    /**
     * The caller whose secret this is; empty if it is nobody's, or not any more, or not yet. Why not is for nobody to know.
     *
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#NOT_READY} if that cannot be told now
     */
    Optional<Caller> authenticate(String secret);

    /** Lets go of what it holds. */
    @Override
    default void close() {}
}
