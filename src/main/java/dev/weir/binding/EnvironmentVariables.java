package dev.weir.binding;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The environment as a configuration sees it, and the guard of its secrets. Immutable.
 *
 * <p>The process environment comes first, then the {@code .env} file. The values of the variables that the configuration
 * refers to may be secrets, and so may texts that it writes out: {@link #mask} keeps them out of messages and logs.
 */
public final class EnvironmentVariables {
    private static final EnvironmentVariables NONE = new EnvironmentVariables(Map.of(), Set.of(), Set.of());
    private static final String MASK = "***";
    /** What the messages of this application put where they cut a value off. */
    private static final char CUT = '…';
    /** Shorter values ("1", "en") are no secrets, and masking them would make messages unreadable. */
    private static final int SHORTEST_SECRET = 4;

    private final Map<String, String> values;
    private final Set<String> referenced;
    private final Set<String> plain;
    private final List<String> secrets;

    private EnvironmentVariables(Map<String, String> values, Set<String> referenced, Set<String> plain) {
        this.values = values;
        this.referenced = referenced;
        this.plain = plain;
        this.secrets = Stream.concat(referenced.stream().map(values::get), plain.stream())
                .filter(value -> value != null && isSecret(value))
                .flatMap(EnvironmentVariables::spellings)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** How a value may stand in a message: as it is, in a URL's query or its path, in JSON, in a header as base64. */
    private static Stream<String> spellings(String value) {
        String query = URLEncoder.encode(value, StandardCharsets.UTF_8);
        String json = Json.write(value);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        return Stream.of(value, query, query.replace("+", "%20"), json.substring(1, json.length() - 1), base64);
    }

    /** An environment without variables. */
    public static EnvironmentVariables none() {
        return NONE;
    }

    /** The variables of the process and, for the names it lacks, those of the file. */
    public static EnvironmentVariables of(Map<String, String> process, Map<String, String> file) {
        Map<String, String> values = new LinkedHashMap<>(file);
        values.putAll(process);
        return new EnvironmentVariables(Map.copyOf(values), Set.of(), Set.of());
    }

    /**
     * What a configuration needs of this environment: the variables that it refers to, and no copy of any other.
     *
     * @param names those variables
     * @param plain secrets that the configuration writes out
     */
    public EnvironmentVariables referencedBy(Set<String> names, Set<String> plain) {
        Map<String, String> needed = new LinkedHashMap<>();
        names.forEach(name -> {
            String value = values.get(name);
            if (value != null) {
                needed.put(name, value);
            }
        });
        return new EnvironmentVariables(Map.copyOf(needed), Set.copyOf(names), Set.copyOf(plain));
    }

    /** An environment without variables that keeps the secrets of both out of messages. */
    public EnvironmentVariables secretsWith(EnvironmentVariables other) {
        Set<String> all = new LinkedHashSet<>(plain);
        all.addAll(other.plain);
        Stream.of(this, other).forEach(each -> all.addAll(each.values.values()));
        return all.equals(plain) ? this : new EnvironmentVariables(Map.of(), Set.of(), Set.copyOf(all));
    }

    /** The value of a variable, null if it is not set. */
    public @Nullable String value(String name) {
        return values.get(name);
    }

    /**
     * {@code text} with every value of a referenced variable, save the very short ones, replaced by {@code ***}; also the
     * beginning of one that was cut off ({@code …}).
     */
    public String mask(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        for (int cut = masked.indexOf(CUT); cut >= 0; cut = masked.indexOf(CUT, cut + 1)) {
            int hidden = beginningBefore(masked, cut);
            if (hidden > 0) {
                masked = masked.substring(0, cut - hidden) + MASK + masked.substring(cut);
                cut = masked.indexOf(CUT, cut - hidden);
            }
        }
        return masked;
    }

    /** How many characters before {@code end} are the beginning of a secret; 0 if none are. */
    private int beginningBefore(String text, int end) {
        for (String secret : secrets) {
            for (int length = Math.min(secret.length(), end); length >= SHORTEST_SECRET; length--) {
                if (text.regionMatches(end - length, secret, 0, length)) {
                    return length;
                }
            }
        }
        return 0;
    }

    private static boolean isSecret(String value) {
        return value.length() >= SHORTEST_SECRET && !value.equals("true") && !value.equals("false");
    }

    /** The names only: values stay out of logs. */
    @Override
    public String toString() {
        return "EnvironmentVariables[referenced=" + referenced + "]";
    }
}
