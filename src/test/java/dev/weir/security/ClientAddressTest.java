package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.AddressRange;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    private final ClientAddress addresses = new ClientAddress(List.of(
            new AddressRange(address("10.0.0.0"), 8),
            new AddressRange(address("fd00::"), 8),
            new AddressRange(address("192.168.4.4"), 32)));

    private static InetAddress address(String literal) {
        return AddressRange.literal(literal).orElseThrow();
    }

    private static List<String> fields(@Nullable String fields) {
        return fields == null ? List.of() : Arrays.asList(fields.split(" \\+ ", -1));
    }

    /** A + separates fields of one header. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            203.0.113.9 |                                   |                                    | 203.0.113.9
            203.0.113.9 |                                   | 198.51.100.1                       | 203.0.113.9
            203.0.113.9 | for=198.51.100.1                  |                                    | 203.0.113.9
            10.0.0.1    |                                   |                                    | 10.0.0.1
            10.0.0.1    |                                   | 198.51.100.1                       | 198.51.100.1
            10.0.0.1    |                                   | 1.2.3.4, 198.51.100.1              | 198.51.100.1
            10.0.0.1    |                                   | 1.2.3.4, 198.51.100.1, 10.9.9.9    | 198.51.100.1
            10.0.0.1    |                                   | 1.2.3.4 + 198.51.100.1 + 10.9.9.9  | 198.51.100.1
            10.0.0.1    |                                   | 10.0.0.2, 10.0.0.3                 | 10.0.0.2
            10.0.0.1    |                                   | 1.2.3.4, unknown                   | 10.0.0.1
            10.0.0.1    |                                   | 1.2.3.4, unknown, 10.0.0.7         | 10.0.0.7
            10.0.0.1    |                                   | localhost                          | 10.0.0.1
            10.0.0.1    |                                   | 1.2.3.4, evil.example, 198.51.100.1| 198.51.100.1
            10.0.0.1    |                                   | 198.51.100.1:4711                  | 198.51.100.1
            10.0.0.1    |                                   | [2001:db8::1]:4711                 | 2001:db8::1
            10.0.0.1    |                                   | 2001:db8::1                        | 2001:db8::1
            10.0.0.1    |                                   | ::ffff:198.51.100.1                | 198.51.100.1
            10.0.0.1    |                                   | 0x7f.1                             | 10.0.0.1
            10.0.0.1    |                                   | 3232235777                         | 10.0.0.1
            fd00::1     |                                   | 198.51.100.1                       | 198.51.100.1
            fc00::1     |                                   | 198.51.100.1                       | fc00::1
            192.168.4.4 |                                   | 198.51.100.1                       | 198.51.100.1
            192.168.4.5 |                                   | 198.51.100.1                       | 192.168.4.5
            10.0.0.1    | for=198.51.100.1                  |                                    | 198.51.100.1
            10.0.0.1    | For="[2001:db8::1]:4711";proto=https |                                 | 2001:db8::1
            10.0.0.1    | proto=http;for=198.51.100.1       |                                    | 198.51.100.1
            10.0.0.1    | for=1.2.3.4, for=198.51.100.1;by=_x |                                  | 198.51.100.1
            10.0.0.1    | proto=http ; FOR = "198.51.100.1:80" ; by=_x |                             | 198.51.100.1
            10.0.0.1    | for=1.2.3.4, xfor=198.51.100.1    |                                    | 10.0.0.1
            10.0.0.1    | for=1.2.3.4, for=_hidden          |                                    | 10.0.0.1
            10.0.0.1    | for=1.2.3.4, proto=http           |                                    | 10.0.0.1
            10.0.0.1    | for=198.51.100.1                  | 198.51.100.1                       | 198.51.100.1
            10.0.0.1    | for=1.2.3.4                       | 198.51.100.1                       | 10.0.0.1
            """)
    void isWhatTheNearestTrustedProxySawLast(
            String peer, @Nullable String forwarded, @Nullable String forwardedFor, String expected) {
        assertThat(addresses.of(address(peer), fields(forwarded), fields(forwardedFor)))
                .isEqualTo(address(expected));
    }

    @Test
    void followsNoEndlessChain() {
        String chain = "198.51.100.1" + ", 10.0.0.2".repeat(10_000);

        assertThat(addresses.of(address("10.0.0.1"), List.of(), List.of(chain))).isEqualTo(address("10.0.0.2"));
    }

    @Test
    void anIpv6NetworkIsOneClient() {
        assertThat(ClientAddress.network(address("2001:db8:1:2:3::4")))
                .isEqualTo(ClientAddress.network(address("2001:db8:1:2:ffff::")))
                .isNotEqualTo(ClientAddress.network(address("2001:db8:1:3::")));
        assertThat(ClientAddress.network(address("198.51.100.1"))).isEqualTo(address("198.51.100.1"));
    }
}
