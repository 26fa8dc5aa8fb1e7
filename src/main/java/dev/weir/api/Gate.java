package dev.weir.api;

import dev.weir.AddressRange;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.config.AuthConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.runtime.Pools;
import dev.weir.security.Access;
import dev.weir.security.ApiKeyAuthenticator;
import dev.weir.security.Authenticator;
import dev.weir.security.Caller;
import dev.weir.security.JwtAuthenticator;
import dev.weir.security.KeySet;
import dev.weir.security.Limits;
import dev.weir.security.RemoteKeySet;
import dev.weir.workflow.Workflows;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests to the API in, or refuses them, as {@code controller.auth} and {@code controller.limits} say now. What counts
 * stays counted when a configuration is saved that says the same of them. Thread-safe.
 */
@ApplicationScoped
public class Gate {
    private static final String ATTRIBUTE = Access.class.getName();
    private static final InetAddress NOWHERE = AddressRange.literal("0.0.0.0").orElseThrow();

    private Workflows workflows;
    private Pools pools;
    private Instance<SecurityContext> security;
    private volatile @Nullable Open open;

    /** What was made of a configuration. */
    private record Open(ControllerConfig controller, Limits limits, Optional<Authenticator> authenticator) {
        /** Each configuration that is loaded has one of its own, and comparing all that is in it would cost every request. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(ControllerConfig now) {
            return controller == now;
        }
    }

    /** For the container's proxies. */
    protected Gate() {}

    @Inject
    Gate(Workflows workflows, Pools pools, Instance<SecurityContext> security) {
        this.workflows = workflows;
        this.pools = pools;
        this.security = security;
    }

    /** That of a request that was let in; empty if it came by another way. */
    static Optional<Access> access(HttpServletRequest request) {
        return Optional.ofNullable((Access) request.getAttribute(ATTRIBUTE));
    }

    /** The same for what stands behind the filters, which no other request reaches. */
    static Access required(HttpServletRequest request) {
        return access(request)
                .orElseThrow(() -> new WeirException(ErrorCode.NOT_FOUND, "nothing is served at this path"));
    }

    /** Who makes a request that was let in. */
    static Caller caller(HttpServletRequest request) {
        return required(request).caller();
    }

    /** Follows the configuration, so that keys which have to be fetched are there before the first request. */
    public void follow() {
        current();
    }

    private Open current() {
        Open now = open;
        ControllerConfig controller = workflows.controller();
        return now != null && now.isOf(controller) ? now : renewed();
    }

    /** Asks again what is served now: another thread may have seen a newer configuration. */
    private synchronized Open renewed() {
        ControllerConfig controller = workflows.controller();
        Open before = open;
        if (before != null && before.isOf(controller)) {
            return before;
        }
        boolean sameLimits = before != null && before.controller().limits().equals(controller.limits());
        boolean sameAuth = before != null
                && before.controller().auth().equals(controller.auth())
                && !controller.auth().map(Gate::isInAFile).orElse(false);
        Open next = new Open(
                controller,
                sameLimits ? before.limits() : new Limits(controller.limits(), System::nanoTime),
                sameAuth ? before.authenticator() : controller.auth().flatMap(this::authenticator));
        open = next;
        if (before != null && !sameAuth) {
            before.authenticator().ifPresent(Authenticator::close);
        }
        return next;
    }

    private Optional<Authenticator> authenticator(AuthConfig auth) {
        if (auth instanceof AuthConfig.ApiKeys keys) {
            return Optional.of(new ApiKeyAuthenticator(keys));
        }
        return auth instanceof AuthConfig.Jwt jwt
                ? Optional.of(new JwtAuthenticator(jwt, keySet(jwt)))
                : Optional.empty();
    }

    /** Whether it has to be read again, since the file may say something else than before. */
    private static boolean isInAFile(AuthConfig auth) {
        return auth instanceof AuthConfig.Jwt jwt && jwt.jwks().getScheme().equals("file");
    }

    private KeySet keySet(AuthConfig.Jwt jwt) {
        return isInAFile(jwt)
                ? KeySet.ofFile(Path.of(jwt.jwks()))
                : new RemoteKeySet(jwt.jwks(), pools.http(), pools.timers(), System::nanoTime);
    }

    /**
     * Lets a request in, which {@link #access} then has.
     *
     * @param open whether it may come in without showing who makes it, and is then told little
     * @return false if the server has refused it and answered it already
     * @throws WeirException {@link ErrorCode#UNAUTHENTICATED}, {@link ErrorCode#FORBIDDEN}, {@link ErrorCode#RATE_LIMITED}, or
     *     {@link ErrorCode#NOT_READY} if it cannot be told now whose it is
     */
    public boolean enter(HttpServletRequest request, HttpServletResponse response, boolean open) throws IOException {
        Open now = current();
        Access access = Access.of(Caller.UNKNOWN);
        access.whenTaken(taken -> tell(taken, response));
        Optional<AuthConfig> auth = now.controller().auth();
        // A request that may come in without credentials is counted for those that it shows: each is a guess.
        boolean counted = !open || (auth.isPresent() && Credentials.areShown(request));
        if (now.limits().limitsAddresses() && counted) {
            access.takeOf(now.limits().ofAddress(address(now, request)));
        }
        if (auth.isEmpty()) {
            access = access.by(Caller.ANYONE);
        } else {
            if (auth.get() instanceof AuthConfig.Container && !isServersUser(request, response, open)) {
                return false;
            }
            Caller caller = caller(now, auth.get(), request, open);
            access = access.by(caller);
            if (!open) {
                access.takeOf(now.limits().of(caller));
            }
        }
        request.setAttribute(ATTRIBUTE, access);
        return true;
    }

    /** Whether to go on; false if the server has answered. */
    private static boolean isServersUser(HttpServletRequest request, HttpServletResponse response, boolean open)
            throws IOException {
        if (open) {
            ServerUsers.login(request);
            return true;
        }
        if (ServerUsers.authenticate(request, response)) {
            return true;
        }
        if (response.isCommitted()) {
            return false;
        }
        throw Problems.unauthenticated();
    }

    private Caller caller(Open now, AuthConfig auth, HttpServletRequest request, boolean open) {
        Optional<Caller> caller = auth instanceof AuthConfig.Container
                ? new ServerUsers(security).caller(request)
                : now.authenticator()
                        .flatMap(by -> Credentials.secret(request, auth instanceof AuthConfig.ApiKeys)
                                .flatMap(by::authenticate));
        if (open) {
            return caller.filter(known -> known.isAmong(auth.allow())).orElse(Caller.UNKNOWN);
        }
        if (caller.isEmpty()) {
            throw Problems.unauthenticated();
        }
        if (!caller.get().isAmong(auth.allow())) {
            throw new WeirException(ErrorCode.FORBIDDEN, "the caller may not use this API (controller.auth.allow)");
        }
        return caller.get();
    }

    private static InetAddress address(Open now, HttpServletRequest request) {
        // Without the interface that a local address of IPv6 came by. Whoever has none that can be read is no proxy of
        // ours.
        String peerAddress = request.getRemoteAddr().replaceFirst("%.*", "");
        InetAddress peer = AddressRange.literal(peerAddress).orElse(NOWHERE);
        return now.limits().clientAddress().of(peer, fields(request, "Forwarded"), fields(request, "X-Forwarded-For"));
    }

    private static List<String> fields(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name));
    }

    private static void tell(Access access, HttpServletResponse response) {
        tell(access, response::setHeader);
    }

    /**
     * Sets header fields for the rest of the allowances, as the draft of the IETF's HTTPAPI group has it
     * ({@code draft-ietf-httpapi-ratelimit-headers}).
     *
     * @param headers sets a header field
     */
    static void tell(Access access, BiConsumer<String, String> headers) {
        access.policies().ifPresent(policies -> headers.accept("RateLimit-Policy", policies));
        access.quotas().ifPresent(quotas -> headers.accept("RateLimit", quotas));
    }

    /** Ends what asks for keys; the second time it does nothing. */
    @PreDestroy
    public void close() {
        Open last = open;
        if (last != null) {
            last.authenticator().ifPresent(Authenticator::close);
        }
    }
}
