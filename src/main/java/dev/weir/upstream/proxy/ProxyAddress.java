package dev.weir.upstream.proxy;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy, which is called without TLS. Immutable. {@code toString} masks the credentials.
 *
 * @param host a name or an address; an IPv6 address without brackets
 */
public record ProxyAddress(String host, int port, Optional<Credentials> credentials) {
    static final int DEFAULT_PORT = 80;

    private static final int MAX_PORT = 65_535;
    private static final Pattern URL = Pattern.compile(
            "(?:([A-Za-z][A-Za-z0-9+.-]*)://)?(?:([^/?#]*)@)?"
                    + "(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?))(?::([0-9]{1,5})?)?(?:[/?#](?!/).*)?");

    /** A user and a password for the Basic scheme (RFC 7617). {@code toString} shows neither. */
    public record Credentials(String user, String password) {
        /** The value of {@code Proxy-Authorization}; a secret. */
        public String basic() {
            byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(both);
        }

        @Override
        public String toString() {
            return "***:***";
        }
    }

    /**
     * Parses the value of a variable such as {@code HTTP_PROXY}: {@code [http://][user[:password]@]host[:port]}. User and
     * password are percent-decoded. The default port is 80. A path is ignored.
     *
     * @throws IllegalArgumentException with the problem and the remedy, without the value, which may contain a password
     */
    static ProxyAddress parse(String text) {
        Matcher url = URL.matcher(text);
        if (!url.matches()) {
            throw new IllegalArgumentException(
                    "is not the URL of a proxy: write http://host:port, an IPv6 address in brackets,"
                            + " and user and password percent-encoded");
        }
        String scheme = url.group(1) == null ? "http" : url.group(1).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http")) {
            throw new IllegalArgumentException("names a proxy of the scheme '" + scheme
                    + "' (only http is supported, which carries https too): write http://host:port of an HTTP proxy");
        }
        int port = url.group(5) == null ? DEFAULT_PORT : Integer.parseInt(url.group(5));
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "has a port out of range (1 to " + MAX_PORT + "): write http://host:port");
        }
        String host = url.group(3) == null ? url.group(4) : url.group(3);
        return new ProxyAddress(host, port, Optional.ofNullable(url.group(2)).flatMap(ProxyAddress::credentials));
    }

    private static Optional<Credentials> credentials(String userInfo) {
        int colon = userInfo.indexOf(':');
        String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decoded(userInfo.substring(colon + 1));
        if (user.contains(":")) {
            throw new IllegalArgumentException(
                    "has a user with a colon, which Basic authentication cannot send:" + " use another user");
        }
        if ((user + password).chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("has a control character in its user or password: remove it");
        }
        return userInfo.isEmpty() ? Optional.empty() : Optional.of(new Credentials(user, password));
    }

    private static String decoded(String text) {
        try {
            // Outside of forms a plus sign is not a space.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "has a user or password that is not percent-encoded: write % as %25", null);
        }
    }

    /** {@code http://host:port}, without the credentials. */
    public URI uri() {
        return URI.create("http://" + hostAndPort());
    }

    private String hostAndPort() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return credentials.map(masked -> masked + "@").orElse("") + hostAndPort();
    }
}
