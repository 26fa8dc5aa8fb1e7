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
 * The hosts that are called without a proxy. Immutable. Names are compared in lower case and never looked up.
 *
 * @param rules a host is excluded if any rule matches
 */
record NoProxy(List<Rule> rules) {
    private static final Pattern PORT = Pattern.compile("(\\[[^]]*]|[^:]*):([0-9]{1,5})");
    private static final Pattern NAME = Pattern.compile("[^\\s/:@\\[\\]]+");

    NoProxy {
        rules = List.copyOf(rules);
    }

    /** The target of a call. */
    record Target(String host, int port, Optional<InetAddress> address) {
        /**
         * Makes a target from a host of a URL.
         *
         * @param host in any case, possibly with brackets or a trailing dot
         */
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
     * Parses {@code NO_PROXY}, separated by commas or spaces. An entry is a name (with its subdomains), an address or a
     * range of addresses, each possibly with a port.
     *
     * @param problems receives each invalid entry
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

    /** Parses {@code http.nonProxyHosts} of the JVM: names and addresses in which {@code *} matches any text. */
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

    /** The host without the brackets of an IPv6 address and without a trailing dot. */
    private static String bare(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1);
        }
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
