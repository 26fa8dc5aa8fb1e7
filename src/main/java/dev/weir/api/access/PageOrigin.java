package dev.weir.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which page a request comes from, as the browser says; other clients say nothing.
 *
 * @param origin the header {@code Origin}
 * @param site the header {@code Sec-Fetch-Site}, which no page can forge, and which browsers send over HTTPS only
 * @param referer the header {@code Referer}, which a page can leave out, but not forge
 * @param host the header {@code Host}, where the browser went
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
record PageOrigin(
        @Nullable String origin,
        @Nullable String site,
        @Nullable String referer,
        @Nullable String host) {

    /** Whose page it is. */
    enum Owner {
        /** A page of this server, or its user typed the address. */
        OWN,
        /** A page of another site. */
        FOREIGN,
        /** No page, or one whose browser was told to keep that to itself. */
        UNKNOWN
    }

    static PageOrigin of(HttpServletRequest request) {
        return new PageOrigin(
                request.getHeader("Origin"),
                request.getHeader("Sec-Fetch-Site"),
                request.getHeader("Referer"),
                request.getHeader("Host"));
    }

    /**
     * The first of {@code Sec-Fetch-Site}, {@code Origin} and {@code Referer} that is there says it. Of the latter two the host
     * counts: whether the connection was secure when it left the browser, a proxy may hide. A page that another site's name leads
     * here (DNS rebinding) has that name as its host; browsers send its {@code Sec-Fetch-Site} over HTTPS only, where the name has to
     * be the certificate's.
     *
     * @param hosts tells the hosts of this server's own pages
     */
    Owner owner(HostNames hosts) {
        if (site != null) {
            return site.equals("same-origin") || site.equals("none") ? Owner.OWN : Owner.FOREIGN;
        }
        String from = origin == null ? referer : origin;
        if (from == null) {
            return Owner.UNKNOWN;
        }
        String here = host == null ? "" : host.toLowerCase(Locale.ROOT);
        return authority(from).filter(here::equals).filter(hosts::contains).isPresent() ? Owner.OWN : Owner.FOREIGN;
    }

    /** The origin that a list of origins is asked for, which the address of a page begins with. */
    Optional<String> listed() {
        if (origin != null || referer == null) {
            return Optional.ofNullable(origin);
        }
        return authority(referer)
                .map(authority ->
                        referer.substring(0, referer.indexOf("://") + 3).toLowerCase(Locale.ROOT) + authority);
    }

    private static Optional<String> authority(String address) {
        try {
            URI uri = URI.create(address);
            return uri.getScheme() == null
                    ? Optional.empty()
                    : Optional.ofNullable(uri.getRawAuthority()).map(authority -> authority.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
