package dev.weir.config.reader;

import dev.weir.config.yaml.YamlNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets that a configuration contains as plain text, where a reference to the environment would be better.
 *
 * <p>A value is a secret if its key, header's name or variable's name indicates one. The user and password of a URL
 * are secrets, too. Messages mask them like the values of environment variables.
 */
final class PlainSecrets {
    /** Shorter texts are not masked: they occur in too many words. */
    private static final int SHORTEST = 6;

    private static final List<String> INDICATORS = List.of(
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
    /** Variables that a shell sets: its current folder and the one before. */
    private static final Set<String> OF_SHELLS = Set.of("PWD", "OLDPWD");
    /** The end of a variable's name that indicates the path of a file or a folder. */
    private static final List<String> FILES = List.of("file", "path", "dir", "credentials");

    private static final Pattern SCHEME = Pattern.compile("(?i)(bearer|basic|token|apikey|digest)(\\s+|$)");
    /** The parts of a text that are not plain: an expression up to its default, the end of an expression, and quotes. */
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{[^|}]*\\|?|\\}|['\"]");

    private final Set<String> found = new LinkedHashSet<>();

    private PlainSecrets() {}

    /**
     * Returns the secrets of a whole configuration. The {@code key} beside a {@code certificate} is not one: it is the path
     * of a file.
     */
    static Set<String> of(YamlNode root) {
        PlainSecrets secrets = new PlainSecrets();
        secrets.look(root, false);
        return Set.copyOf(secrets.found);
    }

    /**
     * Returns the secrets of an environment, which a component or a process may use without a reference: the values of
     * variables with a name that indicates a secret, and the users and passwords of proxies.
     *
     * <p>Excluded are variables that a shell sets itself, and paths in variables with a name that ends in a word for a
     * file.
     */
    static Set<String> of(Map<String, String> environment) {
        PlainSecrets secrets = new PlainSecrets();
        environment.forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).endsWith("_proxy")) {
                secrets.addUserInfo(value.contains("://") ? value : "http://" + value);
            } else if (indicatesSecret(name) && !OF_SHELLS.contains(name) && !namesFile(name, value)) {
                secrets.add(value);
            }
        });
        return Set.copyOf(secrets.found);
    }

    private static boolean namesFile(String name, String value) {
        return FILES.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith) && HarmlessValue.isPath(value);
    }

    private void look(YamlNode node, boolean secret) {
        if (node instanceof YamlNode.Mapping mapping) {
            boolean files = mapping.entries().containsKey("certificate");
            mapping.entries()
                    .forEach(
                            (key, entry) -> look(entry.value(), indicatesSecret(key) && !(files && key.equals("key"))));
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

    private static boolean indicatesSecret(String key) {
        String name = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return WHOLE.contains(name)
                || name.endsWith("token")
                || name.endsWith("pwd")
                || INDICATORS.stream().anyMatch(name::contains);
    }

    private void addParts(String text) {
        for (String part : EXPRESSION.split(text, -1)) {
            String value = part.strip();
            Matcher scheme = SCHEME.matcher(value);
            add(scheme.lookingAt() ? value.substring(scheme.end()) : value);
        }
    }

    /** Adds the user and password of each URL. Each char is read a bounded number of times: a text may have megabytes. */
    private void addUserInfo(String text) {
        int from = 0;
        for (int colon = text.indexOf("://"); colon >= 0; colon = text.indexOf("://", from)) {
            int begin = colon + 3;
            int end = begin;
            int firstAt = -1;
            int lastAt = -1;
            while (end < text.length() && !isEndOfAuthority(text.charAt(end))) {
                if (text.charAt(end) == '@') {
                    firstAt = firstAt < 0 ? end : firstAt;
                    lastAt = end;
                }
                end++;
            }
            if (lastAt > begin && endsInScheme(text, from, colon)) {
                addUser(text.substring(begin, firstAt));
                addUser(text.substring(begin, lastAt));
            }
            from = end;
        }
    }

    private void addUser(String user) {
        add(user);
        add(user.substring(user.indexOf(':') + 1));
    }

    private static boolean isEndOfAuthority(char c) {
        return c == '/' || c == '?' || c == '#' || Character.isWhitespace(c);
    }

    /** Whether the text before {@code end} ends in a URL's scheme: a letter, then letters, digits and signs. */
    private static boolean endsInScheme(String text, int begin, int end) {
        for (int i = end - 1; i >= begin; i--) {
            char c = text.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
                return true;
            }
            if ((c < '0' || c > '9') && "+.-".indexOf(c) < 0) {
                return false;
            }
        }
        return false;
    }

    private void add(String value) {
        if (value.length() >= SHORTEST && !value.contains("${")) {
            found.add(value);
        }
    }
}
