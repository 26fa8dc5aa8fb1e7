package dev.weir.upstream.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
    private static final URI HTTP = URI.create("http://api.example.com/v1");
    private static final URI HTTPS = URI.create("https://api.example.com/v1");

    private static Proxies of(String... namesAndValues) {
        return Proxies.of(map(namesAndValues), name -> null);
    }

    private static Proxies ofProperties(Map<String, String> environment, String... namesAndValues) {
        return Proxies.of(environment, map(namesAndValues)::get);
    }

    private static Map<String, String> map(String... namesAndValues) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -                         | http://api.example.com         | true
            -                         | https://api.example.com        | true
            -                         | HTTPS://API.EXAMPLE.COM        | true
            -                         | http://10.1.2.3:8080           | true
            -                         | http://[fd00::1]/              | true
            -                         | http://my_service:8000/        | true
            -                         | http://user@my_service:8000/   | true
            -                         | ftp://api.example.com          | false
            -                         | file:///etc/hosts              | false
            -                         | api.example.com                | false
            -                         | http://localhost               | true
            -                         | http://LOCALHOST:8080          | true
            -                         | http://localhost./             | true
            -                         | https://app.localhost          | true
            -                         | http://127.0.0.1               | true
            -                         | http://127.255.0.9:1           | true
            -                         | http://[::1]:8080              | true
            -                         | http://[0:0:0:0:0:0:0:1]       | true
            -                         | http://[::ffff:127.0.0.1]      | true
            -                         | http://localhost.example.com   | true
            -                         | http://128.0.0.1               | true
            *                         | https://api.example.com        | false
            *                         | http://[fd00::1]               | false
            a.example, *              | https://api.example.com        | false
            example.com               | https://example.com            | false
            example.com               | https://api.example.com        | false
            example.com               | https://a.b.example.com:8443   | false
            example.com               | https://notexample.com         | true
            example.com               | https://example.com.evil.org   | true
            EXAMPLE.com               | https://api.Example.COM        | false
            .example.com              | https://example.com            | false
            .example.com              | https://api.example.com        | false
            .example.com              | https://notexample.com         | true
            *.example.com             | https://api.example.com        | false
            *.example.com             | https://notexample.com         | true
            example.com.              | https://api.example.com        | false
            example.com               | https://api.example.com./v1    | false
            .example.com.             | https://api.example.com.       | false
            example.com:8443          | https://api.example.com:8443   | false
            example.com:8443          | https://api.example.com        | true
            example.com:443           | https://api.example.com        | false
            example.com:443           | http://api.example.com         | true
            example.com:80            | http://api.example.com         | false
            my_service:8000           | http://my_service:8000/        | false
            my_service                | http://my_service/             | false
            my_service:80             | http://my_service/             | false
            10.1.2.3                  | http://10.1.2.3:8080           | false
            10.1.2.3                  | http://10.1.2.30               | true
            10.1.2.3                  | http://210.1.2.3               | true
            10.1.2.3:8080             | http://10.1.2.3:8080           | false
            10.1.2.3:8080             | http://10.1.2.3                | true
            10.1.2.3                  | http://[::ffff:10.1.2.3]       | false
            10.0.0.0/8                | http://10.255.0.1              | false
            10.0.0.0/8                | http://11.0.0.1                | true
            10.0.0.0/8                | http://10.example.com          | true
            192.168.4.128/25          | http://192.168.4.127           | true
            192.168.4.128/25          | http://192.168.4.129           | false
            0.0.0.0/0                 | http://8.8.8.8                 | false
            0.0.0.0/0                 | http://[fd00::1]               | true
            fd00::/8                  | http://[fdff::1]               | false
            fd00::/8                  | http://[fe00::1]               | true
            fd00::1                   | http://[fd00:0:0::1]:9         | false
            [fd00::1]                 | http://[fd00::1]               | false
            [fd00::1]:8080            | http://[fd00::1]:8080          | false
            [fd00::1]:8080            | http://[fd00::1]               | true
            192.168.*                 | http://192.168.7.7             | false
            192.168.*                 | http://192.169.7.7             | true
            ' a.example ,, b.example' | http://b.example               | false
            a.example b.example       | http://a.example               | false
            ','                       | http://a.example               | true
            com                       | http://api.example.com         | false
            """)
    void noProxyExcludesTheHostsThatItNames(String noProxy, URI target, boolean proxied) {
        Proxies proxies =
                of("HTTP_PROXY", "proxy:3128", "HTTPS_PROXY", "proxy:3128", "NO_PROXY", noProxy == null ? "" : noProxy);

        assertThat(proxies.forTarget(target).isPresent()).isEqualTo(proxied);
        assertThat(proxies.problems()).isEmpty();
        assertThat(proxies.selector().select(target))
                .containsExactly(
                        proxied
                                ? new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy", 3128))
                                : Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            http://proxy.example:3128         | proxy.example | 3128  | -      | -
            http://proxy.example              | proxy.example | 80    | -      | -
            http://proxy.example:             | proxy.example | 80    | -      | -
            proxy.example:3128                | proxy.example | 3128  | -      | -
            proxy                             | proxy         | 80    | -      | -
            HTTP://proxy:3128/                | proxy         | 3128  | -      | -
            http://proxy:3128/path?a#b        | proxy         | 3128  | -      | -
            my_proxy:65535                    | my_proxy      | 65535 | -      | -
            http://10.0.0.1:3128              | 10.0.0.1      | 3128  | -      | -
            http://[fd00::1]:3128             | fd00::1       | 3128  | -      | -
            [fd00::1]                         | fd00::1       | 80    | -      | -
            http://user:secret@proxy:3128     | proxy         | 3128  | user   | secret
            user:secret@proxy                 | proxy         | 80    | user   | secret
            http://user@proxy                 | proxy         | 80    | user   | ''
            http://user:@proxy                | proxy         | 80    | user   | ''
            http://@proxy                     | proxy         | 80    | -      | -
            http://us%40er:p%3A%2F%25@[::2]:1 | ::2           | 1     | us@er  | p:/%
            http://user:a:b@c@proxy           | proxy         | 80    | user   | a:b@c
            http://user:a+b@proxy             | proxy         | 80    | user   | a+b
            http://%EC%95%84:%ED%95%9C@proxy  | proxy         | 80    | 아     | 한
            """)
    void aProxyIsReadFromItsVariable(String value, String host, int port, String user, String password) {
        Proxies proxies = of("HTTPS_PROXY", value);

        assertThat(proxies.problems()).isEmpty();
        assertThat(proxies.forTarget(HTTPS))
                .contains(new ProxyAddress(
                        host,
                        port,
                        user == null ? Optional.empty() : Optional.of(new ProxyAddress.Credentials(user, password))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://user:hunter22@proxy:3128 | scheme 'https'
            socks5://proxy:1080              | scheme 'socks5'
            SOCKS5H://proxy                  | scheme 'socks5h'
            http://                          | is not the URL of a proxy
            http://proxy:port                | is not the URL of a proxy
            http://user:hunter22@            | is not the URL of a proxy
            http://pro xy                    | is not the URL of a proxy
            fd00::1                          | is not the URL of a proxy
            http://proxy:0                   | port out of range
            http://proxy:65536               | port out of range
            http://user:hunter22%@proxy      | not percent-encoded
            http://user:hunter22%zz@proxy    | not percent-encoded
            http://us%3Aer:hunter22@proxy    | a user with a colon
            http://user:hunter22%0D@proxy    | a control character
            """)
    void aProxyThatCannotBeUsedIsAProblemWithoutItsPassword(String value, String problem) {
        Proxies proxies = of("HTTP_PROXY", value, "HTTPS_PROXY", "good:3128");

        assertThat(proxies.problems())
                .singleElement()
                .asString()
                .startsWith("HTTP_PROXY ")
                .contains(problem)
                .contains(": ")
                .doesNotContain("hunter22");
        assertThat(proxies.forTarget(HTTP)).isEmpty();
        assertThat(proxies.forTarget(HTTPS)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "http://example.com", "fd00::/129", "example.com/path", "[fd00::1", ".", "a@b"})
    void anEntryOfNoProxyThatMatchesNoHostIsAProblem(String entry) {
        Proxies proxies = of("HTTP_PROXY", "proxy", "NO_PROXY", "a.example," + entry);

        assertThat(proxies.problems()).singleElement().asString().contains("'" + entry + "' of NO_PROXY");
        assertThat(proxies.forTarget(URI.create("http://a.example"))).isEmpty();
        assertThat(proxies.forTarget(HTTP)).isPresent();
    }

    @Test
    void eachSchemeHasItsVariableAndAllProxyTheRest() {
        assertThat(of("HTTP_PROXY", "one").forTarget(HTTPS)).isEmpty();
        assertThat(of("HTTPS_PROXY", "one").forTarget(HTTP)).isEmpty();
        Proxies both = of("HTTP_PROXY", "one", "ALL_PROXY", "two");
        assertThat(both.forTarget(HTTP).orElseThrow().host()).isEqualTo("one");
        assertThat(both.forTarget(HTTPS).orElseThrow().host()).isEqualTo("two");
        assertThat(of("ALL_PROXY", "socks5://proxy").problems()).hasSize(1);
    }

    @Test
    void lowerCaseWinsAndAnEmptyVariableIsNone() {
        assertThat(of("HTTP_PROXY", "upper", "http_proxy", "lower")
                        .forTarget(HTTP)
                        .orElseThrow()
                        .host())
                .isEqualTo("lower");
        assertThat(of("HTTP_PROXY", "upper", "http_proxy", " ")
                        .forTarget(HTTP)
                        .orElseThrow()
                        .host())
                .isEqualTo("upper");
        assertThat(of("https_proxy", "", "all_proxy", "all")
                        .forTarget(HTTPS)
                        .orElseThrow()
                        .host())
                .isEqualTo("all");
        assertThat(of("http_proxy", "one", "NO_PROXY", "example.com", "no_proxy", "other.example")
                        .forTarget(HTTP))
                .isPresent();
        assertThat(of("NO_PROXY", "*").forTarget(HTTP)).isEmpty();
    }

    @Test
    void propertiesOfTheJvmWinOverTheEnvironmentAsAWhole() {
        Map<String, String> environment =
                map("HTTP_PROXY", "environment", "HTTPS_PROXY", "environment", "NO_PROXY", "*");
        Proxies proxies = ofProperties(environment, "http.proxyHost", "property", "http.proxyPort", "3128");

        assertThat(proxies.forTarget(HTTP)).contains(new ProxyAddress("property", 3128, Optional.empty()));
        assertThat(proxies.forTarget(HTTPS)).isEmpty();
        assertThat(ofProperties(environment, "http.nonProxyHosts", "none", "http.proxyHost", "")
                        .problems())
                .isEmpty();
        assertThat(ofProperties(map("HTTP_PROXY", "environment"), "http.nonProxyHosts", "*")
                        .forTarget(HTTP)
                        .orElseThrow()
                        .host())
                .isEqualTo("environment");
    }

    @Test
    void propertiesHaveThePortsOfTheJvm() {
        Proxies proxies = ofProperties(Map.of(), "http.proxyHost", "fd00::1", "https.proxyHost", "secure");

        assertThat(proxies.forTarget(HTTP)).contains(new ProxyAddress("fd00::1", 80, Optional.empty()));
        assertThat(proxies.forTarget(HTTPS)).contains(new ProxyAddress("secure", 443, Optional.empty()));
        assertThat(ofProperties(Map.of(), "https.proxyHost", "p", "https.proxyPort", "many")
                        .problems())
                .singleElement()
                .asString()
                .startsWith("https.proxyHost or https.proxyPort is not the URL");
    }

    @Test
    void nonProxyHostsOfTheJvmArePatterns() {
        Proxies proxies = ofProperties(
                Map.of(),
                "http.proxyHost",
                "proxy",
                "http.nonProxyHosts",
                "*.Example.com| 192.168.* |[fd00::1]|exact|*mid*");

        for (String direct : List.of("a.example.com", "192.168.1.1", "[fd00::1]", "EXACT", "a.mid.b")) {
            assertThat(proxies.forTarget(URI.create("http://" + direct + ":8080/")))
                    .as(direct)
                    .isEmpty();
        }
        for (String proxied : List.of("example.com", "192.169.1.1", "[fd00::2]", "a.exact", "exact.org", "localhost")) {
            assertThat(proxies.forTarget(URI.create("http://" + proxied + "/")))
                    .as(proxied)
                    .isPresent();
        }
    }

    @Test
    void propertiesExceptThisMachineAsTheJvmDoes() {
        Proxies proxies = ofProperties(Map.of(), "http.proxyHost", "proxy");
        for (String direct : List.of("localhost", "127.0.0.1", "127.3.2.1", "[::1]")) {
            assertThat(proxies.forTarget(URI.create("http://" + direct + ":8080/")))
                    .as(direct)
                    .isEmpty();
        }
        assertThat(proxies.forTarget(URI.create("http://128.0.0.1/"))).isPresent();
    }

    @Test
    void credentialsAreInNoText() {
        Proxies proxies = of("HTTP_PROXY", "http://somebody:hunter22@proxy:3128");
        ProxyAddress address = proxies.forTarget(HTTP).orElseThrow();

        assertThat(address).hasToString("***:***@proxy:3128");
        assertThat(address.uri()).hasToString("http://proxy:3128");
        assertThat(address.credentials().orElseThrow().basic()).isEqualTo("Basic c29tZWJvZHk6aHVudGVyMjI=");
        assertThat(address.credentials().toString() + proxies).doesNotContain("hunter22", "somebody");
        assertThat(new ProxyAddress("fd00::1", 1, Optional.empty()).uri()).hasToString("http://[fd00::1]:1");
    }

    @Test
    void theJdkGetsCredentialsForHttpAndARefusalForHttps() {
        Proxies proxies = of("ALL_PROXY", "http://somebody:hunter22@proxy:3128", "NO_PROXY", "direct.example");

        assertThat(proxies.jdkAuthorization(HTTP)).contains("Basic c29tZWJvZHk6aHVudGVyMjI=");
        assertThat(proxies.jdkAuthorization(URI.create("https://direct.example")))
                .isEmpty();
        assertThat(of("ALL_PROXY", "proxy").jdkAuthorization(HTTPS)).isEmpty();
        assertThatThrownBy(() -> proxies.jdkAuthorization(HTTPS)).isInstanceOfSatisfying(WeirException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY);
            assertThat(e.detail())
                    .contains("***:***@proxy:3128", "-Djdk.http.auth.tunneling.disabledSchemes=", "NO_PROXY")
                    .doesNotContain("hunter22");
        });
    }
}
