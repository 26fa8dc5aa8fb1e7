package dev.weir.api.access;

import dev.weir.security.Caller;
import jakarta.enterprise.inject.Instance;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Authenticates requests by the server's own users ({@code controller.auth: {type: container}}). Weir answers a refusal itself:
 * the servers would send a page, an empty answer or a stack trace. Thread-safe.
 */
final class ServerUsers {
    private static final System.Logger LOG = System.getLogger(ServerUsers.class.getName());
    private static final Pattern BASIC = Pattern.compile("(?i)basic +([A-Za-z0-9+/]{1,4096}={0,2}) *");

    private final Instance<SecurityContext> security;

    ServerUsers(Instance<SecurityContext> security) {
        this.security = security;
    }

    /**
     * The user that the server has authenticated.
     *
     * @return empty before {@link #authenticate} or {@link #login}, unless the server has authenticated by itself
     */
    Optional<Caller> caller(HttpServletRequest request) {
        return Optional.ofNullable(request.getUserPrincipal())
                .filter(principal ->
                        principal.getName() != null && !principal.getName().isBlank())
                .map(principal -> Caller.known(principal.getName(), role -> has(request, role)));
    }

    /**
     * Lets the server authenticate a request by its configured mechanism. False if it refuses; then the response may be
     * committed, to an error that {@code ProblemServlet} answers.
     */
    static boolean authenticate(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getUserPrincipal() != null) {
            return true;
        }
        try {
            return request.authenticate(response);
        } catch (ServletException | RuntimeException e) {
            LOG.log(Level.DEBUG, "the server refused credentials: {0}", e.getMessage());
            return false;
        }
    }

    /** Tries the user name and password of a request, if it has them. Does not change the response. */
    static void login(HttpServletRequest request) {
        if (request.getUserPrincipal() != null) {
            return;
        }
        basic(request).ifPresent(credentials -> {
            int colon = credentials.indexOf(':');
            boolean hadSession = request.getSession(false) != null;
            try {
                request.login(credentials.substring(0, colon), credentials.substring(colon + 1));
            } catch (ServletException | RuntimeException e) {
                LOG.log(Level.DEBUG, "the server refused credentials: {0}", e.getMessage());
            }
            if (!hadSession) {
                endSession(request);
            }
        });
    }

    /** Ends the session that WildFly makes for each login. A client that sends its password with each request needs none. */
    private static void endSession(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    /** {@code user:password} of RFC 7617; empty if there is no such field, or more than one field. */
    private static Optional<String> basic(HttpServletRequest request) {
        List<String> fields = Collections.list(request.getHeaders("Authorization"));
        Matcher basic = BASIC.matcher(fields.size() == 1 ? fields.get(0) : "");
        if (!basic.matches()) {
            return Optional.empty();
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(basic.group(1));
            return Optional.of(new String(decoded, StandardCharsets.UTF_8)).filter(text -> text.indexOf(':') >= 0);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the text is the user's name or one of the user's roles; the server's operator assigns both. */
    private boolean has(HttpServletRequest request, String role) {
        return role.equals(request.getUserPrincipal().getName())
                || request.isUserInRole(role)
                || (security.isResolvable() && isOfUser(security.get(), role));
    }

    /**
     * Whether the user has a role or group. A servlet sees only the roles that the WAR declares, and the WAR cannot know them. A
     * server also knows groups.
     */
    private static boolean isOfUser(SecurityContext user, String role) {
        return user.isCallerInRole(role)
                || user.getPrincipalsByType(Principal.class).stream()
                        .anyMatch(principal -> role.equals(principal.getName()));
    }
}
