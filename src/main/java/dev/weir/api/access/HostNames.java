package dev.weir.api.access;

import dev.weir.AddressRange;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The names by which browsers reach this server, for telling its own page from one that another site's name leads here. Addresses and
 * names of this machine always count: no other site has them.
 *
 * @param names in small letters, without ports; empty for any name
 */
record HostNames(List<String> names) {
    private static final HostNames ANY = new HostNames(List.of());

    HostNames {
        names = List.copyOf(names);
    }

    /**
     * Those of {@code weir.http.hosts}. Without the setting, any name counts where callers show who they are, since a browser shows
     * nothing of a user under another name; otherwise those of {@code origins}.
     *
     * @param set the setting; empty for none
     * @param origins the controller's
     * @param asked whether callers have to show who they are
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
     * @param authority host and port, in small letters
     */
    boolean contains(String authority) {
        String named = withoutPort(authority);
        // A name may be written with the root's dot.
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
