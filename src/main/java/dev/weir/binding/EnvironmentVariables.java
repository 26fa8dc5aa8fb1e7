package dev.weir.binding;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
 * refers to may be secrets: {@link #mask} keeps them out of messages and logs.
 */
public final class EnvironmentVariables {
    private static final EnvironmentVariables NONE = new EnvironmentVariables(Map.of(), Set.of());
    private static final String MASK = "***";
    /** What the messages of this application put where they cut a value off. */
    private static final char CUT = '…';
    /** Shorter values ("1", "en") are no secrets, and masking them would make messages unreadable. */
    private static final int SHORTEST_SECRET = 4;

    private final Map<String, String> values;
    private final Set<String> referenced;
    private final List<String> secrets;

    private EnvironmentVariables(Map<String, String> values, Set<String> referenced) {
        this.values = values;
        this.referenced = referenced;
        this.secrets = referenced.stream()
                .map(values::get)
                .filter(value -> value != null && isSecret(value))
                .flatMap(EnvironmentVariables::spellings)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** How a value may stand in a message: as it is, in a URL, in JSON. */
    private static Stream<String> spellings(String value) {
        String json = Json.write(value);
        return Stream.of(value, URLEncoder.encode(value, StandardCharsets.UTF_8), json.substring(1, json.length() - 1));
    }

    /** An environment without variables. */
    public static EnvironmentVariables none() {
        return NONE;
    }

    /** The variables of the process and, for the names it lacks, those of the file. */
    public static EnvironmentVariables of(Map<String, String> process, Map<String, String> file) {
        Map<String, String> values = new LinkedHashMap<>(file);
        values.putAll(process);
        return new EnvironmentVariables(Map.copyOf(values), Set.of());
    }

    /** This environment, knowing also that the configuration refers to {@code names}. */
    public EnvironmentVariables referencedBy(Set<String> names) {
        Set<String> all = new LinkedHashSet<>(referenced);
        all.addAll(names);
        return new EnvironmentVariables(values, Set.copyOf(all));
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
