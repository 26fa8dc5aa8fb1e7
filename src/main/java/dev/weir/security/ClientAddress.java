package dev.weir.security;

import dev.weir.AddressRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Determines the address of a client. It is the address of the connection. Behind trusted proxies, it is the last address in the
 * forwarding fields that is no trusted proxy. Entries to the left of it can be forged.
 *
 * <p>Proxies write either {@code X-Forwarded-For} or {@code Forwarded} (RFC 7239), and pass the other field on unchanged. If both
 * are present and name different clients, the proxy's own address counts, since the client may have forged one of them.
 *
 * @param trustedProxies the proxies that may name a client
 */
public record ClientAddress(List<AddressRange> trustedProxies) {
    private static final String FOR = "for";
    private static final Pattern WITH_PORT =
            Pattern.compile("\\[([0-9A-Fa-f:.]+)\\](?::[0-9]{1,5})?|([0-9.]+)(?::[0-9]{1,5})?");
    private static final int MOST_HOPS = 32;
    private static final int NETWORK_BYTES = 8;

    public ClientAddress {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * The client's address.
     *
     * @param peer the other end of the connection
     * @param forwarded all fields {@code Forwarded}, in order
     * @param forwardedFor all fields {@code X-Forwarded-For}, in order
     */
    public InetAddress of(InetAddress peer, List<String> forwarded, List<String> forwardedFor) {
        if (!isTrusted(peer)) {
            return peer;
        }
        InetAddress byForwarded = nearest(peer, hops(forwarded, true));
        InetAddress byForwardedFor = nearest(peer, hops(forwardedFor, false));
        if (forwarded.isEmpty() || forwardedFor.isEmpty()) {
            return forwarded.isEmpty() ? byForwardedFor : byForwarded;
        }
        return byForwarded.equals(byForwardedFor) ? byForwarded : peer;
    }

    boolean isTrusted(InetAddress address) {
        return trustedProxies.stream().anyMatch(range -> range.contains(address));
    }

    /** The rightmost hop that is no trusted proxy. At an unreadable hop, the result is the proxy that wrote it. */
    private InetAddress nearest(InetAddress peer, List<String> hops) {
        InetAddress known = peer;
        for (int i = hops.size() - 1; i >= 0 && hops.size() - i <= MOST_HOPS; i--) {
            Optional<InetAddress> hop = address(hops.get(i));
            if (hop.isEmpty()) {
                return known;
            }
            known = hop.get();
            if (!isTrusted(known)) {
                return known;
            }
        }
        return known;
    }

    private static List<String> hops(List<String> fields, boolean parameters) {
        List<String> hops = new ArrayList<>();
        for (String element : String.join(",", fields).split(",", -1)) {
            hops.add(parameters ? parameter(element, FOR) : element.strip());
        }
        return hops;
    }

    /** The value of a parameter of an element of {@code Forwarded}; empty if it has none. */
    static String parameter(String element, String name) {
        for (String parameter : element.split(";", -1)) {
            int equals = parameter.indexOf('=');
            if (equals >= 0 && parameter.substring(0, equals).strip().equalsIgnoreCase(name)) {
                String value = parameter.substring(equals + 1).strip();
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return "";
    }

    /** Parses an address with or without a port; empty for a hidden address such as {@code unknown} or {@code _proxy}. */
    private static Optional<InetAddress> address(String text) {
        Optional<InetAddress> bare = AddressRange.literal(text.toLowerCase(Locale.ROOT));
        if (bare.isPresent()) {
            return bare;
        }
        Matcher matcher = WITH_PORT.matcher(text);
        return matcher.matches()
                ? AddressRange.literal(matcher.group(1) == null ? matcher.group(2) : matcher.group(1))
                : Optional.empty();
    }

    /** The smallest network that one client owns: an IPv4 address, or an IPv6 network of 64 bits. */
    static InetAddress network(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length <= NETWORK_BYTES) {
            return address;
        }
        Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are an address", e);
        }
    }
}
