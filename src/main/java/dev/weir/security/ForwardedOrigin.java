package dev.weir.security;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The scheme and the host by which a client reached the nearest trusted proxy, from {@code X-Forwarded-Proto},
 * {@code X-Forwarded-Host} and {@code X-Forwarded-Port}, or from {@code Forwarded} (RFC 7239). Of a list the last element counts:
 * the nearest proxy wrote it. Values that are no scheme of HTTP, no host or no port are not there.
 *
 * @param scheme {@code http} or {@code https}
 * @param host a name or an address, in brackets if it is one of IPv6, with its port if it has one
 */
public record ForwardedOrigin(Optional<String> scheme, Optional<String> host) {
    /** No proxy, or one that is not trusted. */
    public static final ForwardedOrigin NONE = new ForwardedOrigin(Optional.empty(), Optional.empty());

    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final Pattern WITH_PORT = Pattern.compile(".*:[0-9]{1,5}");

    /**
     * Reads the fields of a request. If the fields of both kinds are there and disagree, the client may have forged one of them,
     * and none counts.
     *
     * @param peer the other end of the connection
     * @param fields gives all fields of a name, in order
     */
    public static ForwardedOrigin of(ClientAddress proxies, InetAddress peer, Function<String, List<String>> fields) {
        if (!proxies.isTrusted(peer)) {
            return NONE;
        }
        String element = last(fields.apply("Forwarded"));
        ForwardedOrigin standard =
                of(ClientAddress.parameter(element, "proto"), ClientAddress.parameter(element, "host"), "");
        ForwardedOrigin common = of(
                last(fields.apply("X-Forwarded-Proto")),
                last(fields.apply("X-Forwarded-Host")),
                last(fields.apply("X-Forwarded-Port")));
        if (differ(standard.scheme, common.scheme) || differ(standard.host, common.host)) {
            return NONE;
        }
        return new ForwardedOrigin(standard.scheme.or(() -> common.scheme), standard.host.or(() -> common.host));
    }

    private static ForwardedOrigin of(String proto, String host, String port) {
        String scheme = proto.toLowerCase(Locale.ROOT);
        boolean isScheme = scheme.equals("http") || scheme.equals("https");
        Optional<String> named = isHost(host) ? Optional.of(host) : Optional.empty();
        return new ForwardedOrigin(
                isScheme ? Optional.of(scheme) : Optional.empty(),
                named.map(known -> WITH_PORT.matcher(known).matches()
                                || !PORT.matcher(port).matches()
                        ? known
                        : known + ":" + port));
    }

    /** Whether a text is a host with or without a port, and so has no character that could end the quotes of a header. */
    public static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    private static boolean differ(Optional<String> one, Optional<String> other) {
        return one.isPresent() && other.isPresent() && !one.get().equalsIgnoreCase(other.get());
    }

    private static String last(List<String> fields) {
        String all = String.join(",", fields);
        return all.substring(all.lastIndexOf(',') + 1).strip();
    }
}
