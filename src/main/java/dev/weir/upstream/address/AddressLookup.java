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
 * Looks up host names on separate threads. Calls that ask for the same name at the same time share one look-up. The
 * addresses that are checked here are the addresses that are connected to. Thread-safe.
 */
public final class AddressLookup implements SocketAddressResolver {
    /** The tag of destinations that allow public addresses only. */
    public static final String PUBLIC_ONLY = "public only";

    /** Bounds the threads that wait for a name server: each name holds one. */
    private static final int MAX_LOOKUPS = 256;

    private final Names names;
    private final Duration timeout;
    private final Executor threads;
    private final ScheduledExecutorService timers;
    /** The waiting calls by host name. */
    private final Map<String, List<Promise<InetAddress[]>>> pending = new HashMap<>();

    /** Gives the addresses of a name. May block. */
    @FunctionalInterface
    public interface Names {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /**
     * Makes a look-up. The threads and timers are not shut down by it.
     *
     * @param timeout the longest wait of a call for the addresses of its host
     * @param threads runs {@code names}, which may block
     */
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
     * Looks up {@code host}, a name or an address, also in brackets. The promise completes on the thread of the
     * look-up; it fails within the time-out.
     *
     * @param publicOnly true if each address must be public; otherwise the promise fails with {@link AddressDenied}
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

    /** True if another call looks up the name, or if too many names are being looked up, which fails the promise. */
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

    /** Completes a promise. An exception is logged: the other promises must still complete. */
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
                // The look-up continues: other calls may join it.
                waiting.remove(promise);
            }
        }
    }

    /** Completes a promise once, by the look-up or by its time-out. */
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

    /** No thread or timer was available for a look-up. */
    public static final class NoThread extends IOException {
        private static final long serialVersionUID = 1L;

        NoThread(Throwable cause) {
            super("no thread or timer for the look-up of the host", cause);
        }
    }
}
