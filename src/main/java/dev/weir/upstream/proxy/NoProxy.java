package dev.weir.upstream.proxy;

import dev.weir.AddressRange;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hosts that are called without a proxy. Immutable; names are compared in lower case and never looked up.
 *
 * @param rules a host that one of them matches is excluded
 */
record NoProxy(List<Rule> rules) {
    private static final Pattern PORT = Pattern.compile("(\\[[^]]*]|[^:]*):([0-9]{1,5})");
    private static final Pattern NAME = Pattern.compile("[^\\s/:@\\[\\]]+");

    NoProxy {
        rules = List.copyOf(rules);
    }

    /** The place of a call. */
    record Target(String host, int port, Optional<InetAddress> address) {
        /** @param host in any case, possibly with brackets or a trailing dot */
        static Target of(String host, int port) {
            String bare = bare(host.toLowerCase(Locale.ROOT));
            return new Target(bare, port, AddressRange.literal(bare));
        }
    }

    @FunctionalInterface
    interface Rule {
        boolean matches(Target target);
    }

    /**
     * Reads {@code NO_PROXY}: names, each with its subdomains, addresses and ranges of addresses, separated by commas or
     * spaces, each possibly with a port.
     *
     * @param problems takes each entry that is none of those
     */
    static NoProxy parse(String text, Consumer<String> problems) {
        List<Rule> rules = new ArrayList<>();
        for (String entry : text.split("[,\\s]+", -1)) {
            if (!entry.isEmpty()) {
                rule(entry.toLowerCase(Locale.ROOT)).ifPresentOrElse(rules::add, () -> problems.accept(entry));
            }
        }
        return new NoProxy(rules);
    }

    /** Reads {@code http.nonProxyHosts} of the JVM: names and addresses in which {@code *} stands for any text. */
    static NoProxy ofPatterns(String text) {
        List<Rule> rules = new ArrayList<>();
        for (String entry : text.split("\\|", -1)) {
            if (!entry.isBlank()) {
                rules.add(pattern(entry.strip().toLowerCase(Locale.ROOT)));
            }
        }
        return new NoProxy(rules);
    }

    boolean excludes(Target target) {
        return rules.stream().anyMatch(rule -> rule.matches(target));
    }

    private static Optional<Rule> rule(String entry) {
        Matcher port = PORT.matcher(entry);
        if (port.matches()) {
            int only = Integer.parseInt(port.group(2));
            return host(port.group(1)).map(rule -> target -> target.port() == only && rule.matches(target));
        }
        return host(entry);
    }

    private static Optional<Rule> host(String entry) {
        Optional<AddressRange> range = AddressRange.parse(bare(entry));
        if (range.isPresent()) {
            return Optional.of(
                    target -> target.address().filter(range.get()::contains).isPresent());
        }
        if (!NAME.matcher(entry).matches()) {
            return Optional.empty();
        }
        String domain = bare(entry.replaceFirst("^\\*?\\.", ""));
        if (domain.contains("*")) {
            return Optional.of(pattern(domain));
        }
        return domain.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        target -> target.host().equals(domain) || target.host().endsWith("." + domain));
    }

    private static Rule pattern(String entry) {
        StringBuilder regex = new StringBuilder();
        for (String part : bare(entry).split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        Pattern pattern = Pattern.compile(regex.toString());
        return target -> pattern.matcher(target.host()).matches();
    }

    /** Without the brackets of an IPv6 address and the dot of the root. */
    private static String bare(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1);
        }
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
