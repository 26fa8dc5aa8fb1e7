package dev.weir.upstream.jetty;

import dev.weir.upstream.tls.TlsMaterial;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Configures Jetty's TLS connections. */
final class SecureConnections {
    private SecureConnections() {}

    static SslContextFactory.Client factory(TlsMaterial material) {
        SslContextFactory.Client factory = new SslContextFactory.Client();
        factory.setSslContext(material.context());
        factory.setEndpointIdentificationAlgorithm(material.verifies() ? "HTTPS" : null);
        return factory;
    }
}
