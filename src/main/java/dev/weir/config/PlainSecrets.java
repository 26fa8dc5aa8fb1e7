package dev.weir.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets that a configuration writes out, where a reference to the environment would be better: what stands under a
 * key, a header's or a variable's name that says so, and the user and password of a URL. They are kept out of messages like
 * the values of environment variables.
 */
final class PlainSecrets {
    /** Shorter texts are found in too many words to be taken out of messages. */
    private static final int SHORTEST = 6;

    private static final List<String> TELLING = List.of(
            "password",
            "passwd",
            "passphrase",
            "secret",
            "apikey",
            "accesskey",
            "privatekey",
            "credential",
            "authorization");
    private static final Set<String> WHOLE = Set.of("auth", "cookie", "pass", "pwd", "signature", "sig", "key");
    private static final Pattern SCHEME = Pattern.compile("(?i)(bearer|basic|token|apikey|digest)(\\s+|$)");
    private static final Pattern USER_INFO =
            Pattern.compile("[a-z][a-z0-9+.-]*://([^/?#@\\s]+)@", Pattern.CASE_INSENSITIVE);
    /** An expression up to its default, and the end of one: what is left of a text is written out. */
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{[^|}]*\\|?|\\}|['\"]");

    private final Set<String> found = new LinkedHashSet<>();

    private PlainSecrets() {}

    /** Those of a whole configuration. The {@code key} beside a {@code certificate} is none: it is the path of a file. */
    static Set<String> of(YamlNode root) {
        PlainSecrets secrets = new PlainSecrets();
        secrets.look(root, false);
        return Set.copyOf(secrets.found);
    }

    /**
     * The values of variables whose names say so, and the users and passwords of proxies; a component or a process may use
     * them without a reference.
     */
    static Set<String> of(Map<String, String> environment) {
        PlainSecrets secrets = new PlainSecrets();
        environment.forEach((name, value) -> {
            if (tells(name)) {
                secrets.add(value);
            } else if (name.toLowerCase(Locale.ROOT).endsWith("_proxy")) {
                secrets.addUserInfo(value.contains("://") ? value : "http://" + value);
            }
        });
        return Set.copyOf(secrets.found);
    }

    private void look(YamlNode node, boolean secret) {
        if (node instanceof YamlNode.Mapping mapping) {
            boolean files = mapping.entries().containsKey("certificate");
            mapping.entries().forEach((key, entry) -> look(entry.value(), tells(key) && !(files && key.equals("key"))));
        } else if (node instanceof YamlNode.Sequence sequence) {
            sequence.elements().forEach(element -> look(element, secret));
        } else if (((YamlNode.Scalar) node).value() != null) {
            String text = ((YamlNode.Scalar) node).text();
            if (secret) {
                addParts(text);
            }
            addUserInfo(text);
        }
    }

    private static boolean tells(String key) {
        String name = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return WHOLE.contains(name)
                || name.endsWith("token")
                || TELLING.stream().anyMatch(name::contains);
    }

    private void addParts(String text) {
        for (String part : EXPRESSION.split(text, -1)) {
            String value = part.strip();
            Matcher scheme = SCHEME.matcher(value);
            add(scheme.lookingAt() ? value.substring(scheme.end()) : value);
        }
    }

    private void addUserInfo(String text) {
        Matcher url = USER_INFO.matcher(text);
        while (url.find()) {
            String user = url.group(1);
            add(user);
            add(user.substring(user.indexOf(':') + 1));
        }
    }

    private void add(String value) {
        if (value.length() >= SHORTEST && !value.contains("${")) {
            found.add(value);
        }
    }
}
