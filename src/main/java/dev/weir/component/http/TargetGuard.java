package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.http.error.UpstreamErrors;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Refuses to call addresses that are not public, for URLs that a run's input has a part in
 * ({@code weir.http.deny-private}).
 *
 * <p>The name is resolved here, and every address that it has must be public. Java's HTTP client resolves it again when it
 * connects, and offers no way to give it the address instead. Both look-ups are answered by the JVM's cache of addresses, so
 * that a name server that says another address a moment later is not asked ({@code networkaddress.cache.ttl}, 30 seconds
 * unless it was changed); only an entry that ends between the two leaves a gap. Over TLS that gap leads nowhere: the
 * private target would have to prove the public name.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">Special addresses of IPv4</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">Special addresses of IPv6</a>
 */
final class TargetGuard {
    /** An IPv4 address with a leading zero, which is decimal to one resolver and octal to another. */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?:[0-9]+\\.)*0[0-9]+(?:\\.[0-9]+)*");

    private TargetGuard() {}

    /**
     * Resolves the host of {@code uri}, which may take as long as the name server does.
     *
     * @throws WeirException {@link ErrorCode#TARGET_DENIED} if one of its addresses is not public
     */
    static void check(URI uri) {
        if (AMBIGUOUS.matcher(uri.getHost()).matches()) {
            throw denied(uri, uri.getHost() + ", which some read as octal,");
        }
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(uri.getHost());
        } catch (UnknownHostException e) {
            throw UpstreamErrors.noAnswer(uri, e);
        }
        for (InetAddress address : addresses) {
            if (!isPublic(address)) {
                throw denied(uri, address.getHostAddress() + ", which is no public address,");
            }
        }
    }

    private static WeirException denied(URI uri, String address) {
        return new WeirException(
                ErrorCode.TARGET_DENIED,
                UpstreamErrors.target(uri) + " leads to " + address
                        + " and what leads there is not the configuration alone (weir.http.deny-private)");
    }

    /** Whether packets to {@code address} leave for the public Internet. */
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return isPublicIpv4(bytes);
        }
        if (startsWith(bytes, 0, 0, 0, 0, 0, 0) || startsWith(bytes, 0x0064, 0xff9b, 0, 0, 0, 0)) {
            return isPublicIpv4(Arrays.copyOfRange(bytes, 12, 16)); // IPv4 in its last bytes: compatible, or NAT64.
        }
        if (startsWith(bytes, 0x2002)) {
            return isPublicIpv4(Arrays.copyOfRange(bytes, 2, 6)); // 6to4.
        }
        // Global unicast is 2000::/3; Teredo (2001::/32) hides any IPv4 address, 2001:db8::/32 is for documents.
        return (bytes[0] & 0xe0) == 0x20 && !startsWith(bytes, 0x2001, 0) && !startsWith(bytes, 0x2001, 0x0db8);
    }

    private static boolean isPublicIpv4(byte[] bytes) {
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        int c = bytes[2] & 0xff;
        boolean local = a == 0 || a == 10 || a == 127 || a >= 224;
        boolean shared = a == 100 && (b & 0xc0) == 64;
        boolean linkLocal = a == 169 && b == 254;
        boolean privateUse = (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168);
        boolean protocols = (a == 192 && b == 0 && (c == 0 || c == 2)) || (a == 192 && b == 88 && c == 99);
        boolean tests =
                (a == 198 && (b & 0xfe) == 18) || (a == 198 && b == 51 && c == 100) || (a == 203 && b == 0 && c == 113);
        return !(local || shared || linkLocal || privateUse || protocols || tests);
    }

    /** Whether {@code bytes} begin with these groups of two. */
    private static boolean startsWith(byte[] bytes, int... groups) {
        for (int i = 0; i < groups.length; i++) {
            if ((bytes[2 * i] & 0xff) != groups[i] >> 8 || (bytes[2 * i + 1] & 0xff) != (groups[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
