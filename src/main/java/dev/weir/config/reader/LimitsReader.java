package dev.weir.config.reader;

import dev.weir.AddressRange;
import dev.weir.config.LimitsConfig;
import dev.weir.config.Rate;
import dev.weir.config.yaml.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code limits}, of the controller and of workflows. */
final class LimitsReader {
    private LimitsReader() {}

    /**
     * Reads the limits of callers.
     *
     * @param knowsCallers whether callers are authenticated
     */
    static LimitsConfig.OfCallers ofCallers(Section limits, boolean knowsCallers) {
        if (limits.has("per_key") && !knowsCallers) {
            limits.error("per_key", "needs callers with credentials", "add 'auth' to 'controller'");
        }
        LimitsConfig perKey = limits.mapping("per_key").map(LimitsReader::read).orElse(LimitsConfig.NONE);
        LimitsConfig perAddress =
                limits.mapping("per_address").map(LimitsReader::read).orElse(LimitsConfig.NONE);
        List<AddressRange> proxies = new ArrayList<>();
        for (String text : limits.texts("trusted_proxies")) {
            AddressRange.parse(text.strip())
                    .ifPresentOrElse(
                            proxies::add,
                            () -> limits.error(
                                    "trusted_proxies",
                                    "'" + Printable.cut(text) + "' is not a range of addresses",
                                    "write such as 10.0.0.0/8, fd00::/8 or 127.0.0.1"));
        }
        limits.finish();
        return new LimitsConfig.OfCallers(perKey, perAddress, proxies);
    }

    static LimitsConfig read(Section limits) {
        LimitsConfig read = new LimitsConfig(
                rate(limits, "requests"), limits.integer("streams", 1, Integer.MAX_VALUE), rate(limits, "chunks"));
        limits.finish();
        return read;
    }

    private static Optional<Rate> rate(Section limits, String key) {
        Optional<String> text = limits.text(key);
        Optional<Rate> rate = text.flatMap(Rate::parse);
        if (text.isPresent() && rate.isEmpty()) {
            limits.error(
                    key, "'" + Printable.cut(text.get()) + "' is not a rate (a count in 1 s to 1 d)", Rate.EXAMPLES);
        }
        return rate;
    }
}
