package dev.weir.config;

import dev.weir.AddressRange;
import java.util.List;
import java.util.Optional;

/**
 * The limits of one caller, one address or one workflow. An empty value is no limit.
 *
 * @param requests the most requests in each interval of the rate's length
 * @param streams the most runs that have not ended, streaming or not; also, separately, the most readers of tasks' events
 * @param chunks the most chunks in an interval, of all these runs together; faster streams wait
 */
public record LimitsConfig(Optional<Rate> requests, Optional<Integer> streams, Optional<Rate> chunks) {
    public static final LimitsConfig NONE = new LimitsConfig(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * The limits of callers.
     *
     * @param perKey the limits of each authenticated caller, by name
     * @param perAddress the limits of each client's address; of IPv6, of each network of 64 bits
     * @param trustedProxies the proxies that are trusted to name the client's address
     */
    public record OfCallers(LimitsConfig perKey, LimitsConfig perAddress, List<AddressRange> trustedProxies) {
        public static final OfCallers NONE = new OfCallers(LimitsConfig.NONE, LimitsConfig.NONE, List.of());

        public OfCallers {
            trustedProxies = List.copyOf(trustedProxies);
        }
    }
}
