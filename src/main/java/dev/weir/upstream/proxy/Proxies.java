package dev.weir.upstream.proxy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxies of outgoing calls. Immutable. No method blocks or looks up a name.
 *
 * <p>If the JVM has a property {@code http.proxyHost} or {@code https.proxyHost}, only its properties count:
 * {@code http.proxyPort} (80), {@code https.proxyPort} (443) and {@code http.nonProxyHosts}. Otherwise the environment
 * counts: {@code HTTP_PROXY}, {@code HTTPS_PROXY}, {@code ALL_PROXY} for a scheme without its own variable, and
 * {@code NO_PROXY}. Names in lower case have precedence over names in upper case. An empty variable counts as absent.
 *
 * <p>As with curl, the environment has no exception for this machine: list it in {@code NO_PROXY} if services on it are
 * called. The properties have that exception unless {@code http.nonProxyHosts} is set, as in the JVM. An invalid variable
 * is a problem, and its calls go directly.
 */
public final class Proxies {
    /** No proxy for any target. */
    public static final Proxies NONE = new Proxies(Map.of(), new NoProxy(List.of()), List.of());

    private static final List<String> SCHEMES = List.of("http", "https");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final String TUNNEL_SETTING = "jdk.http.auth.tunneling.disabledSchemes";
    /** The hosts that the JVM calls directly if {@code http.nonProxyHosts} is absent. */
    private static final String JVM_DIRECT = "localhost|127.*|[::1]|0.0.0.0";

    private static final int LONGEST_SHOWN = 60;

    private final Map<String, ProxyAddress> byScheme;
    private final NoProxy direct;
    private final List<String> problems;

    private Proxies(Map<String, ProxyAddress> byScheme, NoProxy direct, List<String> problems) {
        this.byScheme = Map.copyOf(byScheme);
        this.direct = direct;
        this.problems = List.copyOf(problems);
    }

    /** The proxies of this process, from its environment and its JVM's properties at this moment. */
    public static Proxies ofProcess() {
        return of(System.getenv());
    }

    /** The proxies from an environment and this JVM's properties at this moment. */
    public static Proxies of(Map<String, String> environment) {
        return of(environment, System::getProperty);
    }

    /**
     * The proxies from an environment and properties.
     *
     * @param properties gives the value of a JVM property, or null
     */
    static Proxies of(Map<String, String> environment, UnaryOperator<@Nullable String> properties) {
        Reader reader = new Reader(environment, properties);
        return reader.ofProperties().orElseGet(reader::ofEnvironment);
    }

    /** The problems of invalid variables and properties, each with its remedy and without credentials. */
    public List<String> problems() {
        return problems;
    }

    /** All proxies. */
    public Set<ProxyAddress> all() {
        return Set.copyOf(byScheme.values());
    }

    /** The proxy for a target; empty if the target is called directly. */
    public Optional<ProxyAddress> forTarget(URI target) {
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        ProxyAddress proxy = byScheme.get(scheme);
        String host = host(target);
        if (proxy == null || host.isEmpty()) {
            return Optional.empty();
        }
        int port = target.getPort() < 0 ? writtenPort(target).orElse(port(scheme)) : target.getPort();
        NoProxy.Target place = NoProxy.Target.of(host, port);
        return direct.excludes(place) ? Optional.empty() : Optional.of(proxy);
    }

    private static int port(String scheme) {
        return scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    }

    /** The host of a URL. For a name with an underscore {@link URI#getHost} gives null. */
    private static String host(URI target) {
        if (target.getHost() != null) {
            return target.getHost();
        }
        return authority(target).replaceFirst(":[0-9]*$", "");
    }

    private static Optional<Integer> writtenPort(URI target) {
        String port = authority(target).replaceFirst("^.*?(?::([0-9]{1,5}))?$", "$1");
        return port.isEmpty() ? Optional.empty() : Optional.of(Integer.valueOf(port));
    }

    private static String authority(URI target) {
        String authority = target.getRawAuthority() == null ? "" : target.getRawAuthority();
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    /**
     * The value of {@code Proxy-Authorization} that a request of the JDK's client needs in addition to {@link #selector};
     * empty if it needs none.
     *
     * @throws WeirException {@code NOT_READY} if the JDK would not send the credentials: without a JVM property it sends no
     *     Basic credentials to a proxy that opens a tunnel for https
     */
    public Optional<String> jdkAuthorization(URI target) {
        Optional<ProxyAddress> proxy =
                forTarget(target).filter(address -> address.credentials().isPresent());
        if (proxy.isPresent() && "https".equalsIgnoreCase(target.getScheme()) && !jdkTunnelsWithBasic()) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the proxy " + proxy.get() + " needs credentials, which this JVM does not send for https ("
                            + TUNNEL_SETTING + "): start it with -D" + TUNNEL_SETTING
                            + "=, use a proxy without credentials, or list the host in NO_PROXY");
        }
        return proxy.flatMap(ProxyAddress::credentials).map(ProxyAddress.Credentials::basic);
    }

    private static boolean jdkTunnelsWithBasic() {
        String disabled = System.getProperty(TUNNEL_SETTING);
        return disabled != null && !disabled.toLowerCase(Locale.ROOT).contains("basic");
    }

    /** These proxies for the JDK's clients, without credentials. */
    public ProxySelector selector() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI target) {
                return List.of(forTarget(target)
                        .map(proxy -> new Proxy(
                                Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())))
                        .orElse(Proxy.NO_PROXY));
            }

            @Override
            public void connectFailed(URI target, SocketAddress proxy, IOException failure) {
                // The call fails with the same exception; there is no other proxy to try.
            }
        };
    }

    /** The proxies with masked credentials. */
    @Override
    public String toString() {
        return byScheme.toString();
    }

    /** Reads one environment and one set of properties. */
    private static final class Reader {
        private final Map<String, String> environment;
        private final UnaryOperator<@Nullable String> properties;
        private final List<String> problems = new ArrayList<>();
        private final Map<String, ProxyAddress> byScheme = new HashMap<>();

        Reader(Map<String, String> environment, UnaryOperator<@Nullable String> properties) {
            this.environment = environment;
            this.properties = properties;
        }

        Optional<Proxies> ofProperties() {
            boolean any = false;
            for (String scheme : SCHEMES) {
                Optional<String> host = property(scheme + ".proxyHost");
                any |= host.isPresent();
                host.ifPresent(name -> addProperty(scheme, name));
            }
            return any
                    ? Optional.of(new Proxies(
                            byScheme,
                            NoProxy.ofPatterns(property("http.nonProxyHosts").orElse(JVM_DIRECT)),
                            problems))
                    : Optional.empty();
        }

        private void addProperty(String scheme, String host) {
            String port = property(scheme + ".proxyPort").orElse(String.valueOf(port(scheme)));
            boolean literal = host.contains(":") && !host.startsWith("[");
            add(
                    scheme,
                    scheme + ".proxyHost or " + scheme + ".proxyPort",
                    (literal ? "[" + host + "]" : host) + ":" + port);
        }

        private Optional<String> property(String name) {
            return Optional.ofNullable(properties.apply(name))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty());
        }

        Proxies ofEnvironment() {
            for (String scheme : SCHEMES) {
                for (String name : List.of(scheme.toUpperCase(Locale.ROOT) + "_PROXY", "ALL_PROXY")) {
                    Optional<String> value = variable(name);
                    if (value.isPresent()) {
                        add(scheme, name, value.get());
                        break;
                    }
                }
            }
            NoProxy direct = NoProxy.parse(
                    variable("NO_PROXY").orElse(""),
                    entry -> problems.add(
                            "entry '" + cut(entry) + "' of NO_PROXY matches no host: write a name, an address,"
                                    + " a range such as 10.0.0.0/8, or one of them with :port"));
            return new Proxies(byScheme, direct, problems.stream().distinct().toList());
        }

        private void add(String scheme, String source, String value) {
            try {
                byScheme.put(scheme, ProxyAddress.parse(value));
            } catch (IllegalArgumentException e) {
                problems.add(source + " " + e.getMessage());
            }
        }

        private Optional<String> variable(String name) {
            return text(environment.get(name.toLowerCase(Locale.ROOT))).or(() -> text(environment.get(name)));
        }

        private static Optional<String> text(@Nullable String value) {
            return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
        }

        private static String cut(String text) {
            return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
        }
    }
}
