package dev.weir.component.http;

import dev.weir.config.HttpTransport;
import dev.weir.config.HttpVersion;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.Shutdown.Phase;
import dev.weir.upstream.ClientOptions;
import dev.weir.upstream.Protocol;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.jetty.UpstreamClients;
import dev.weir.upstream.proxy.Proxies;
import dev.weir.upstream.tls.TlsMaterial;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The HTTP clients of the application. Components with the same connection settings share a client. Thread-safe. */
@ApplicationScoped
public class Upstreams {
    private static final System.Logger LOG = System.getLogger(Upstreams.class.getName());
    private static final int PROCESSORS_PER_SELECTOR = 4;

    private final Map<Key, Shared> clients = new HashMap<>();
    private Pools pools;
    private Settings settings;
    private @Nullable Proxies proxies;
    private boolean ended;

    /** The settings that distinguish clients. */
    private record Key(Duration connectTimeout, TlsMaterial tls, Protocol protocol, Proxies proxies) {}

    /** A client with the number of components that use it. */
    private static final class Shared {
        private final UpstreamClient client;
        private int holders;

        Shared(UpstreamClient client) {
            this.client = client;
        }
    }

    /**
     * A component's share of a client.
     *
     * @param release returns the client; a second call has no effect. The last release closes the client
     */
    public record Lease(UpstreamClient client, Runnable release) {}

    /** For CDI client proxies. */
    protected Upstreams() {}

    @Inject
    Upstreams(Pools pools, Settings settings) {
        this.pools = pools;
        this.settings = settings;
        pools.shutdown().register(Phase.CLOSE_COMPONENTS, "HTTP clients", this::end);
    }

    /**
     * A client for the settings of {@code transport}. The component must release it.
     *
     * @param direct true to use no proxy, for a process of this server
     * @throws IllegalStateException during the shutdown
     */
    public synchronized Lease lease(HttpTransport transport, boolean direct) {
        if (ended) {
            throw new IllegalStateException("the application is ending");
        }
        Key key = new Key(
                HttpCalls.connectTimeout(transport),
                transport.tls(),
                protocol(transport.httpVersion()),
                direct ? Proxies.NONE : proxies());
        Shared shared = clients.computeIfAbsent(key, this::start);
        shared.holders++;
        return new Lease(shared.client, new Release(key));
    }

    static Protocol protocol(HttpVersion version) {
        return switch (version) {
            case HTTP_1_1 -> Protocol.HTTP_1_1;
            case HTTP_2 -> Protocol.HTTP_2;
            case AUTO -> Protocol.NEGOTIATED;
        };
    }

    private Proxies proxies() {
        Proxies read = proxies;
        if (read == null) {
            read = Proxies.ofProcess();
            read.problems().forEach(problem -> LOG.log(Level.WARNING, problem));
            proxies = read;
        }
        return read;
    }

    private Shared start(Key key) {
        ClientOptions options = new ClientOptions(
                key.connectTimeout(),
                ClientOptions.DEFAULT_IDLE,
                key.protocol(),
                key.tls(),
                key.proxies(),
                settings.upstreams().maxConnections(),
                settings.upstreams().maxWaitingCalls(),
                Math.max(1, Runtime.getRuntime().availableProcessors() / PROCESSORS_PER_SELECTOR),
                pools::awaitWriters);
        return new Shared(UpstreamClients.startLater(options, pools.http(), pools.timers()));
    }

    private final class Release implements Runnable {
        private final Key key;
        private boolean released;

        Release(Key key) {
            this.key = key;
        }

        @Override
        public void run() {
            UpstreamClient unused = null;
            synchronized (Upstreams.this) {
                Shared shared = clients.get(key);
                if (!released && shared != null) {
                    released = true;
                    shared.holders--;
                    if (shared.holders == 0) {
                        clients.remove(key);
                        unused = shared.client;
                    }
                }
            }
            if (unused != null) {
                unused.close();
            }
        }
    }

    /** Runs the shutdown while the pools still have threads: the container decides the order in which it destroys beans. */
    void applicationEnds(
            @Observes(notifyObserver = Reception.IF_EXISTS) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        pools.shutdown().run();
    }

    private synchronized void end() {
        ended = true;
        for (Shared shared : clients.values()) {
            try {
                shared.client.close();
            } catch (RuntimeException | Error e) {
                LOG.log(Level.WARNING, "an HTTP client could not be closed", e);
            }
        }
        clients.clear();
    }
}
