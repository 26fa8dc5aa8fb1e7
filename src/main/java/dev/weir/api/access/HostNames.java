package dev.weir.api.access;

import dev.weir.AddressRange;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The host names of this server as browsers know them. They distinguish this server's page from a page of another site with a
 * name that resolves to this server (DNS rebinding). IP addresses and {@code localhost} always count, since no other site can
 * have them.
 *
 * @param names in lower case, without ports; empty for any name
 */
record HostNames(List<String> names) {
    private static final HostNames ANY = new HostNames(List.of());

    HostNames {
        names = List.copyOf(names);
    }

    /**
     * The names of {@code weir.http.hosts} and of {@code origins}. Without the setting, any name counts if callers must
     * authenticate: a browser sends no credentials to another name. Any name counts also with the origin {@code *}.
     *
     * @param set the setting; empty for none
     * @param origins the controller's origins
     * @param asked whether callers must authenticate
     */
    static HostNames of(List<String> set, List<String> origins, boolean asked) {
        if (set.isEmpty() && (asked || origins.contains("*"))) {
            return ANY;
        }
        List<String> names = new ArrayList<>(List.of("localhost"));
        set.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        origins.forEach(origin -> host(origin).ifPresent(names::add));
        return new HostNames(names);
    }

    private static Optional<String> host(String origin) {
        try {
            return Optional.ofNullable(URI.create(origin).getHost()).map(host -> host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether the server has that name.
     *
     * @param authority host and port, in lower case
     */
    boolean contains(String authority) {
        String named = withoutPort(authority);
        // A name may end with the dot of the DNS root.
        String host = named.endsWith(".") ? named.substring(0, named.length() - 1) : named;
        return names.isEmpty()
                || names.contains(host)
                || host.endsWith(".localhost")
                || AddressRange.literal(host.replace("[", "").replace("]", "")).isPresent();
    }

    private static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }
}
