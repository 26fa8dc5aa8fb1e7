package dev.weir.upstream.address;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.jspecify.annotations.Nullable;

/**
 * Looks host names up, once for all calls that ask at the same time, and never on the thread of one that asks. The addresses
 * that are checked here are those that are connected to. Thread-safe.
 */
public final class AddressLookup implements SocketAddressResolver {
    /** The tag of destinations that may have public addresses only. */
    public static final String PUBLIC_ONLY = "public only";

    /** A name server that does not answer holds a thread for each name. */
    private static final int MAX_LOOKUPS = 256;

    private final Names names;
    private final Duration timeout;
    private final Executor threads;
    private final ScheduledExecutorService timers;
    /** The calls that wait for the addresses of a name. */
    private final Map<String, List<Promise<InetAddress[]>>> pending = new HashMap<>();

    /** Gives the addresses of a name; may block. */
    @FunctionalInterface
    public interface Names {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    public AddressLookup(Names names, Duration timeout, Executor threads, ScheduledExecutorService timers) {
        this.names = names;
        this.timeout = timeout;
        this.threads = threads;
        this.timers = timers;
    }

    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        boolean publicOnly = context.get(Destination.CONTEXT_KEY) instanceof Destination destination
                && destination.getProxy() == null
                && PUBLIC_ONLY.equals(destination.getOrigin().getTag());
        addresses(host, publicOnly, Promise.from(addresses -> promise.succeeded(at(addresses, port)), promise::failed));
    }

    private static List<InetSocketAddress> at(InetAddress[] addresses, int port) {
        return Stream.of(addresses)
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    /**
     * Looks up {@code host}, which may be a literal, in brackets too. The promise is kept on the thread that has the addresses,
     * or fails within the time-out.
     *
     * @param publicOnly whether each address must be public; otherwise the promise fails with {@link AddressDenied}
     */
    public void addresses(String host, boolean publicOnly, Promise<InetAddress[]> promise) {
        if (publicOnly && PublicAddresses.isAmbiguous(host)) {
            promise.failed(new AddressDenied(host + ", which some resolvers read as octal"));
            return;
        }
        Once once = new Once(promise, publicOnly);
        try {
            once.timer = timers.schedule(
                    () -> {
                        forget(host, once);
                        once.late();
                    },
                    timeout.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RuntimeException | Error e) {
            once.failed(new NoThread(e));
            return;
        }
        if (joins(host, once)) {
            return;
        }
        try {
            threads.execute(() -> lookUp(host));
        } catch (RuntimeException | Error e) {
            waiting(host).forEach(each -> keep(() -> each.failed(new NoThread(e))));
        }
    }

    /** True if the name is being looked up already, or too many are. */
    private boolean joins(String host, Promise<InetAddress[]> promise) {
        synchronized (pending) {
            List<Promise<InetAddress[]>> others = pending.get(host);
            if (others != null) {
                others.add(promise);
                return true;
            }
            if (pending.size() < MAX_LOOKUPS) {
                pending.put(host, new ArrayList<>(List.of(promise)));
                return false;
            }
        }
        promise.failed(new UnknownHostException(MAX_LOOKUPS + " host names are being looked up"));
        return true;
    }

    private List<Promise<InetAddress[]>> waiting(String host) {
        synchronized (pending) {
            List<Promise<InetAddress[]>> waiting = pending.remove(host);
            return waiting == null ? List.of() : waiting;
        }
    }

    private void lookUp(String host) {
        try {
            InetAddress[] addresses = names.addresses(host);
            waiting(host).forEach(each -> keep(() -> each.succeeded(addresses)));
        } catch (UnknownHostException | RuntimeException | Error e) {
            waiting(host).forEach(each -> keep(() -> each.failed(e)));
        }
    }

    /** One promise that throws keeps no other from being kept. */
    private static void keep(Runnable promise) {
        try {
            promise.run();
        } catch (RuntimeException | Error e) {
            System.getLogger(AddressLookup.class.getName())
                    .log(System.Logger.Level.ERROR, "a call could not be given the addresses of its host", e);
        }
    }

    private void forget(String host, Promise<InetAddress[]> promise) {
        synchronized (pending) {
            List<Promise<InetAddress[]>> waiting = pending.get(host);
            if (waiting != null) {
                // The look-up itself goes on, and others may join it.
                waiting.remove(promise);
            }
        }
    }

    /** Keeps a promise once, whether the look-up or its time-out comes first. */
    private static final class Once implements Promise<InetAddress[]> {
        private final Promise<InetAddress[]> promise;
        private final boolean publicOnly;
        private final AtomicBoolean kept = new AtomicBoolean();
        private volatile @Nullable Future<?> timer;

        Once(Promise<InetAddress[]> promise, boolean publicOnly) {
            this.promise = promise;
            this.publicOnly = publicOnly;
        }

        void late() {
            failed(new SocketTimeoutException("the look-up of the host takes too long"));
        }

        @Override
        public void succeeded(InetAddress[] addresses) {
            for (InetAddress address : addresses) {
                if (publicOnly && !PublicAddresses.contains(address)) {
                    failed(new AddressDenied(address.getHostAddress() + ", which is not a public address"));
                    return;
                }
            }
            if (kept.compareAndSet(false, true)) {
                stopTimer();
                promise.succeeded(addresses);
            }
        }

        @Override
        public void failed(Throwable cause) {
            if (kept.compareAndSet(false, true)) {
                stopTimer();
                promise.failed(cause);
            }
        }

        private void stopTimer() {
            Future<?> running = timer;
            if (running != null) {
                running.cancel(false);
            }
        }
    }

    /** A look-up needs a thread and a timer that could not be had. */
    public static final class NoThread extends IOException {
        private static final long serialVersionUID = 1L;

        NoThread(Throwable cause) {
            super("no thread or timer for the look-up of the host", cause);
        }
    }
}
