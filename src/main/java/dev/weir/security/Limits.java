package dev.weir.security;

import dev.weir.config.LimitsConfig;
import java.net.InetAddress;
import java.util.function.LongSupplier;

/** The allowances of all callers of one configuration. Thread-safe. */
public final class Limits {
    private static final int MOST_AT_WORK = 50_000;

    private final boolean limitsAddresses;
    private final ClientAddress clientAddress;
    private final Allowances<InetAddress> byAddress;
    private final Allowances<String> byKey;

    /**
     * Begins with unused allowances.
     *
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    public Limits(LimitsConfig.OfCallers config, LongSupplier nanos) {
        this.limitsAddresses = !config.perAddress().equals(LimitsConfig.NONE);
        this.clientAddress = new ClientAddress(config.trustedProxies());
        this.byAddress = new Allowances<>("address", config.perAddress(), MOST_AT_WORK, nanos);
        this.byKey = new Allowances<>("key", config.perKey(), MOST_AT_WORK, nanos);
    }

    /** Whether there are limits for addresses. */
    public boolean limitsAddresses() {
        return limitsAddresses;
    }

    /** Determines the address of a client. */
    public ClientAddress clientAddress() {
        return clientAddress;
    }

    /** The allowance of an address, or of its IPv6 network. */
    public Allowance ofAddress(InetAddress address) {
        return byAddress.of(ClientAddress.network(address));
    }

    /** The allowance of a known caller. */
    public Allowance of(Caller caller) {
        return byKey.of(caller.name());
    }
}
