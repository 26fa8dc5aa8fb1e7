package dev.weir.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The page that caused a request, as the browser names it; other clients name none.
 *
 * @param origin the header {@code Origin}; null for none
 * @param site the header {@code Sec-Fetch-Site}, which no page can forge, and which browsers send over HTTPS only; null for none
 * @param referer the header {@code Referer}, which a page can suppress, but not forge; null for none
 * @param host the header {@code Host}: the host that the browser addressed; null for none
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
record PageOrigin(
        @Nullable String origin,
        @Nullable String site,
        @Nullable String referer,
        @Nullable String host) {

    /** The owner of the page. */
    enum Owner {
        /** A page of this server, or a URL that the user entered. */
        OWN,
        /** A page of another site. */
        FOREIGN,
        /** No page, or a page that its browser does not name. */
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
     * Decides by the first present header of {@code Sec-Fetch-Site}, {@code Origin} and {@code Referer}. Of the latter two only
     * the host counts, since a proxy may hide the scheme of the connection. A page of another site with a name that resolves to
     * this server (DNS rebinding) has that name as its host. Browsers send {@code Sec-Fetch-Site} over HTTPS only, where the name
     * must match the certificate.
     *
     * @param hosts the hosts of this server's own pages
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

    /** The origin to look up in the list of origins; without {@code Origin} it is taken from {@code Referer}. */
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
