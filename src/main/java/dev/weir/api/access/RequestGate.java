package dev.weir.api.access;

import dev.weir.AddressRange;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.config.AuthConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.LimitsConfig;
import dev.weir.lifecycle.ApplicationPart;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Shutdown;
import dev.weir.runtime.Shutdown.Phase;
import dev.weir.security.Access;
import dev.weir.security.ApiKeyAuthenticator;
import dev.weir.security.Authenticator;
import dev.weir.security.Caller;
import dev.weir.security.ClientAddress;
import dev.weir.security.ForwardedOrigin;
import dev.weir.security.JwtAuthenticator;
import dev.weir.security.KeySet;
import dev.weir.security.Limits;
import dev.weir.security.RemoteKeySet;
import dev.weir.telemetry.TraceContext;
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
 * Authenticates requests to the API and applies the limits, by {@code controller.auth} and {@code controller.limits} of the
 * current configuration. Counts survive a saved configuration that does not change the limits. Thread-safe.
 */
@ApplicationScoped
public class RequestGate implements ApplicationPart {
    private static final String ATTRIBUTE = Access.class.getName();
    private static final InetAddress NOWHERE = AddressRange.literal("0.0.0.0").orElseThrow();

    private Workflows workflows;
    private Pools pools;
    private Instance<SecurityContext> security;
    private volatile @Nullable Open open;

    /** The objects made from one configuration. */
    private record Open(ControllerConfig controller, Limits limits, Optional<Authenticator> authenticator) {
        /**
         * Compares by identity: each loaded configuration is a separate object, and a deep comparison would cost every request.
         */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(ControllerConfig now) {
            return controller == now;
        }
    }

    /** For the container's proxies. */
    protected RequestGate() {}

    @Inject
    RequestGate(Workflows workflows, Pools pools, Instance<SecurityContext> security) {
        this.workflows = workflows;
        this.pools = pools;
        this.security = security;
    }

    /** The access of a request that was let in; empty if the request did not pass this gate. */
    static Optional<Access> access(HttpServletRequest request) {
        return Optional.ofNullable((Access) request.getAttribute(ATTRIBUTE));
    }

    /**
     * The access of a request behind the filters, where every request has passed this gate.
     *
     * @throws WeirException {@link ErrorCode#NOT_FOUND} if the request did not pass this gate
     */
    public static Access required(HttpServletRequest request) {
        return access(request)
                .orElseThrow(() -> new WeirException(ErrorCode.NOT_FOUND, "nothing is served at this path"));
    }

    /** The caller of a request that was let in. */
    public static Caller caller(HttpServletRequest request) {
        return required(request).caller();
    }

    @Override
    public void register(Shutdown shutdown) {
        shutdown.register(Phase.RELEASE, "keys of callers", this::close);
    }

    /** Begins to fetch the callers' keys, so that they are available at the first request. */
    @Override
    public void configurationServed(String contextPath) {
        current();
    }

    private Open current() {
        Open now = open;
        ControllerConfig controller = workflows.controller();
        return now != null && now.isOf(controller) ? now : renewed();
    }

    /** Reads the served configuration again: another thread may have seen a newer one. */
    private synchronized Open renewed() {
        ControllerConfig controller = workflows.controller();
        Open before = open;
        if (before != null && before.isOf(controller)) {
            return before;
        }
        boolean sameLimits = before != null && before.controller().limits().equals(controller.limits());
        boolean sameAuth = before != null
                && before.controller().auth().equals(controller.auth())
                && !controller.auth().map(RequestGate::isInAFile).orElse(false);
        Open next = new Open(
                controller,
                before != null && sameLimits ? before.limits() : new Limits(controller.limits(), System::nanoTime),
                before != null && sameAuth
                        ? before.authenticator()
                        : controller.auth().flatMap(this::authenticator));
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

    /** Whether the keys are in a file, which must be read again since its content may have changed. */
    private static boolean isInAFile(AuthConfig auth) {
        return auth instanceof AuthConfig.Jwt jwt && jwt.jwks().getScheme().equals("file");
    }

    private KeySet keySet(AuthConfig.Jwt jwt) {
        return isInAFile(jwt)
                ? KeySet.ofFile(Path.of(jwt.jwks()))
                : new RemoteKeySet(jwt.jwks(), pools.http(), pools.timers(), System::nanoTime);
    }

    /**
     * Lets a request in and attaches its {@link #access}.
     *
     * @param open whether the request needs no credentials; its answer then has few details
     * @return false if the server has refused and answered the request
     * @throws WeirException {@link ErrorCode#UNAUTHENTICATED}, {@link ErrorCode#FORBIDDEN}, {@link ErrorCode#RATE_LIMITED}, or
     *     {@link ErrorCode#NOT_READY} if the caller cannot be determined now
     */
    public boolean enter(HttpServletRequest request, HttpServletResponse response, boolean open) throws IOException {
        Open now = current();
        Access access = Access.of(Caller.UNKNOWN);
        access.continueTrace(
                TraceContext.of(fields(request, TraceContext.PARENT), fields(request, TraceContext.STATE)));
        access.whenTaken(taken -> setRateLimitHeaders(taken, response));
        Optional<AuthConfig> auth = now.controller().auth();
        // Credentials on an open path count against the limit of the address: each may be a guess.
        boolean counted = !open || (auth.isPresent() && Credentials.arePresent(request));
        if (now.limits().limitsAddresses() && counted) {
            access.count(now.limits().ofAddress(address(now, request)));
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
                access.count(now.limits().of(caller));
            }
        }
        request.setAttribute(ATTRIBUTE, access);
        return true;
    }

    /** Whether to continue; false if the server has answered. */
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
        throw ProblemDocuments.unauthenticated();
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
            throw ProblemDocuments.unauthenticated();
        }
        if (!caller.get().isAmong(auth.allow())) {
            throw new WeirException(ErrorCode.FORBIDDEN, "the caller may not use this API (controller.auth.allow)");
        }
        return caller.get();
    }

    private static InetAddress address(Open now, HttpServletRequest request) {
        return now.limits()
                .clientAddress()
                .of(peer(request), fields(request, "Forwarded"), fields(request, "X-Forwarded-For"));
    }

    /** The scheme and the host by which the client reached a trusted proxy. */
    public static ForwardedOrigin forwarded(HttpServletRequest request, LimitsConfig.OfCallers limits) {
        return limits.trustedProxies().isEmpty()
                ? ForwardedOrigin.NONE
                : ForwardedOrigin.of(
                        new ClientAddress(limits.trustedProxies()), peer(request), name -> fields(request, name));
    }

    private static InetAddress peer(HttpServletRequest request) {
        // Without the zone of a link-local IPv6 address. A peer without a readable address is no trusted proxy.
        String address = request.getRemoteAddr().replaceFirst("%.*", "");
        return AddressRange.literal(address).orElse(NOWHERE);
    }

    private static List<String> fields(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name));
    }

    private static void setRateLimitHeaders(Access access, HttpServletResponse response) {
        setRateLimitHeaders(access, response::setHeader);
    }

    /**
     * Sets the header fields for the remaining allowances, by the draft of the IETF's HTTPAPI group
     * ({@code draft-ietf-httpapi-ratelimit-headers}).
     *
     * @param headers sets a header field
     */
    public static void setRateLimitHeaders(Access access, BiConsumer<String, String> headers) {
        access.policies().ifPresent(policies -> headers.accept("RateLimit-Policy", policies));
        access.quotas().ifPresent(quotas -> headers.accept("RateLimit", quotas));
    }

    /** Stops fetching keys. A second call does nothing. */
    @PreDestroy
    public void close() {
        Open last = open;
        if (last != null) {
            last.authenticator().ifPresent(Authenticator::close);
        }
    }
}
