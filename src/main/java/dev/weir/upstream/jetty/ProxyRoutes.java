package dev.weir.upstream.jetty;

import dev.weir.upstream.proxy.Proxies;
import dev.weir.upstream.proxy.ProxyAddress;
import java.net.URI;
import java.net.URISyntaxException;
import org.eclipse.jetty.client.BasicAuthentication;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.http.HttpHeader;

/** Routes Jetty's connections through the proxies that {@link Proxies} selects. */
final class ProxyRoutes {
    private ProxyRoutes() {}

    static void configure(HttpClient client, Proxies proxies) {
        for (ProxyAddress address : proxies.all()) {
            Route route = new Route(address, proxies);
            client.getProxyConfiguration().addProxy(route);
            address.credentials()
                    .ifPresent(credentials -> client.getAuthenticationStore()
                            .addAuthenticationResult(new BasicAuthentication.BasicResult(
                                    route.getURI(),
                                    HttpHeader.PROXY_AUTHORIZATION,
                                    credentials.user(),
                                    credentials.password())));
        }
    }

    /** One proxy, for its targets. */
    private static final class Route extends HttpProxy {
        private final ProxyAddress address;
        private final Proxies proxies;

        Route(ProxyAddress address, Proxies proxies) {
            super(address.host(), address.port());
            this.address = address;
            this.proxies = proxies;
        }

        /** The CONNECT request goes to the proxy's own origin, for which no proxy is used. */
        @Override
        public boolean matches(Origin origin) {
            return proxies.all().stream().noneMatch(proxy -> leadsTo(proxy, origin.getAddress()))
                    && proxies.forTarget(uri(origin)).filter(address::equals).isPresent();
        }

        private static boolean leadsTo(ProxyAddress proxy, Origin.Address target) {
            return proxy.port() == target.getPort() && proxy.host().equalsIgnoreCase(target.getHost());
        }

        private static URI uri(Origin origin) {
            try {
                Origin.Address target = origin.getAddress();
                return new URI(origin.getScheme(), null, target.getHost(), target.getPort(), null, null, null);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("an origin has no URI", e);
            }
        }
    }
}
