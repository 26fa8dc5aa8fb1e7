package dev.weir.upstream.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Distinguishes the addresses of the public Internet.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">Special addresses of IPv4</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">Special addresses of IPv6</a>
 */
final class PublicAddresses {
    /** An IPv4 address with a leading zero: some resolvers read it as decimal, others as octal. */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?:[0-9]+\\.)*0[0-9]+(?:\\.[0-9]+)*");

    private PublicAddresses() {}

    /** Whether resolvers read {@code host} as different addresses. */
    static boolean isAmbiguous(String host) {
        return AMBIGUOUS.matcher(host).matches();
    }

    /** Whether {@code address} belongs to the public Internet. */
    static boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return isPublicIpv4(bytes);
        }
        if (startsWith(bytes, 0, 0, 0, 0, 0, 0) || startsWith(bytes, 0x0064, 0xff9b, 0, 0, 0, 0)) {
            return isPublicIpv4(Arrays.copyOfRange(bytes, 12, 16)); // IPv4-compatible or NAT64.
        }
        if (startsWith(bytes, 0x2002)) {
            return isPublicIpv4(Arrays.copyOfRange(bytes, 2, 6)); // 6to4.
        }
        // Global unicast is 2000::/3. Teredo (2001::/32) may contain any IPv4 address, 2001:db8::/32 is for examples.
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

    /** Whether {@code bytes} begin with these groups of two bytes. */
    private static boolean startsWith(byte[] bytes, int... groups) {
        for (int i = 0; i < groups.length; i++) {
            if ((bytes[2 * i] & 0xff) != groups[i] >> 8 || (bytes[2 * i + 1] & 0xff) != (groups[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
