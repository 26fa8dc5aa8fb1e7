package dev.weir.config;

import dev.weir.AddressRange;
import java.util.List;
import java.util.Optional;

/**
 * What one caller, one address or one workflow may have; what is not said has no limit.
 *
 * @param requests how many requests in any such time
 * @param streams how many runs that have not ended, whether or not they stream, and besides as many readers of tasks' events
 * @param chunks how many chunks in such a time, of all those runs together; faster streams wait
 */
public record LimitsConfig(Optional<Rate> requests, Optional<Integer> streams, Optional<Rate> chunks) {
    public static final LimitsConfig NONE = new LimitsConfig(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * What callers may have.
     *
     * @param perKey each who is known, by name
     * @param perAddress each client's address; of IPv6, each network of 64 bits
     * @param trustedProxies those whose word counts for where a request came from
     */
    public record OfCallers(LimitsConfig perKey, LimitsConfig perAddress, List<AddressRange> trustedProxies) {
        public static final OfCallers NONE = new OfCallers(LimitsConfig.NONE, LimitsConfig.NONE, List.of());

        public OfCallers {
            trustedProxies = List.copyOf(trustedProxies);
        }
    }
}
